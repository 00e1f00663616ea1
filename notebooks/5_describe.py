# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     name: python3
# ---

# %% [markdown] lang="fr"
# # 5. Qu'ont-ils dit d'autre, et cela concorde-t-il avec ce qui fut publié ?

# %% [markdown] lang="en"
# # 5. What else did they say, and does it agree with what was printed?

# %% tags=["parameters"]
STUDY = "metropoles-opendata"  # any folder of data/raw that is built

# %%
import sys

sys.path[:0] = ["..", "../../.."]  # the project, seen from notebooks/ or results/<study>/notebooks/
from barometre.publish.reader import open_study

study = open_study(STUDY)

# %% lang="fr"
study.note("fr")

# %% lang="en"
study.note("en")

# %% [markdown] lang="fr"
# ## Pratiques adoptées
# Chaque part est sur sa propre base, celle de la question. L'intervalle de Wilson voit les unités
# comme des tirages d'un même processus.

# %% [markdown] lang="en"
# ## Practices adopted
# Each share is on the item's own base. Wilson's interval sees the units as draws of one process.

# %%
adoption = study.table("adoption")
whole = adoption[adoption["group"] == "all"].sort_values("estimate", ascending=False)
whole[["label_fr", "label_en", "n", "base", "estimate", "low", "high"]].head(12)

# %% lang="fr"
study.figure("adoption", "fr")

# %% lang="en"
study.figure("adoption", "en")

# %% [markdown] lang="fr"
# ## Freins

# %% [markdown] lang="en"
# ## Brakes

# %% lang="fr"
study.figure("brakes", "fr")

# %% lang="en"
study.figure("brakes", "en")

# %% [markdown] lang="fr"
# ## Priorités

# %% [markdown] lang="en"
# ## Priorities

# %%
study.table("priorities")[
    ["label_fr", "label_en", "rank", "estimate", "low", "high", "borda", "worth"]
]

# %% lang="fr"
study.figure("priorities", "fr")

# %% lang="en"
study.figure("priorities", "en")

# %% [markdown] lang="fr"
# ## Communs à toutes les unités matures
# Condition nécessaire, non suffisante ; avec peu d'unités matures, la borne basse est loin de 1.

# %% [markdown] lang="en"
# ## Common to all mature units
# A necessary condition, not a sufficient one; with few mature units the lower bound is far from 1.

# %%
study.table("invariants")[["label_fr", "label_en", "n", "base", "low", "share_elsewhere"]]

# %% [markdown] lang="fr"
# ## Entretiens : gains, propos codés, projets
# Seulement si l'étude a tenu des entretiens (`interviews` dans `study.yaml`). Un alpha de
# Krippendorff sous 0,67 ne permet guère de conclusion.

# %% [markdown] lang="en"
# ## Talks: gains, coded verbatims, projects
# Only where the study held talks (`interviews` in `study.yaml`). A Krippendorff alpha below .67
# hardly allows a conclusion.

# %%
if "interviews" in study.settings:
    display(study.table("gains"), study.table("verbatim_themes"), study.table("projects"))

# %% [markdown] lang="fr"
# ## D'une édition à l'autre
# Seulement si l'étude nomme des éditions antérieures (`editions` dans `study.yaml`).

# %% [markdown] lang="en"
# ## From edition to edition
# Only where the study names earlier editions (`editions` in `study.yaml`).

# %%
if "editions" in study.settings:
    display(study.table("carried_cuts"), study.table("transitions"))

# %% lang="fr"
study.figure("editions", "fr")

# %% lang="en"
study.figure("editions", "en")

# %% [markdown] lang="fr"
# ## Les chiffres publiés
# Deux questions : la base annoncée permet-elle ce chiffre ? Les données de cette étude le
# donnent-elles, à un répondant près ?

# %% [markdown] lang="en"
# ## Published figures
# Two questions: does the stated base allow the figure? Do the data of this study give it, within
# one respondent?

# %%
facts = study.table("published_facts")
facts[["fact", "published", "base_stated", "possible_with_base", "rebuilt", "agrees"]].head(40)

# %% lang="fr"
study.text(
    "fr",
    "{n_facts} chiffres publiés, {n_facts_rebuilt} refaits, {n_facts_agree} concordent ; "
    "{n_facts_impossible} impossibles avec la base annoncée.",
)

# %% lang="en"
study.text(
    "en",
    "{n_facts} published figures, {n_facts_rebuilt} rebuilt, {n_facts_agree} agree; "
    "{n_facts_impossible} impossible with the stated base.",
)
