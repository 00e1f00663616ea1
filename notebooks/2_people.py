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
# # 2. Qui est débutant, intermédiaire, autonome, et qui a répondu ?
#
# Les unités de cette étude sont des personnes : aucun tableau ne montre l'une d'elles, et les
# petits effectifs sont retenus.

# %% [markdown] lang="en"
# # 2. Who is a beginner, intermediate, autonomous, and who answered?
#
# The units of this study are persons: no table shows one of them, and small counts are withheld.

# %% tags=["parameters"]
STUDY = "agents-2020"  # a folder of data/raw whose study.yaml has `people`

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
# ## Qui a répondu, qui n'a pas répondu
# Part de chaque réponse parmi les personnes gardées, dans la population, puis sous les poids. La
# pondération par calage (raking) ramène les marges à celles de la population ; elle ne corrige pas
# l'envie de répondre.

# %% [markdown] lang="en"
# ## Who answered, who did not
# Share of each answer among the persons kept, in the population, then under the weights. Raking
# brings the margins to those of the population; it does not correct the wish to answer.

# %%
study.table("people_weights")[
    ["label_fr", "label_en", "n", "share", "share_population", "share_weighted"]
]

# %% [markdown] lang="fr"
# ## Ce que coûtent les poids, et ce que porte l'employeur
# L'effet de plan de Kish dit de combien des poids inégaux gonflent la variance. Pour des
# volontaires il ne donne pas de marge d'erreur : il n'y a pas eu de tirage au sort.

# %% [markdown] lang="en"
# ## What weights cost, and what employers carry
# Kish's design effect says how much unequal weights swell the variance. For volunteers it gives no
# margin of error: nobody was drawn at random.

# %% lang="fr"
study.table("people_sample")[["label_fr", "value", "low", "high"]]

# %% lang="en"
study.table("people_sample")[["label_en", "value", "low", "high"]]

# %% [markdown] lang="fr"
# ## Les niveaux selon l'âge et le métier

# %% [markdown] lang="en"
# ## Levels by age and occupation

# %% lang="fr"
study.figure("people_levels", "fr")

# %% lang="en"
study.figure("people_levels", "en")

# %%
levels = study.table("people_levels")
levels[levels["level"] == "mature"][
    ["label_fr", "label_en", "n", "base", "share", "share_weighted", "low", "high"]
]

# %% [markdown] lang="fr"
# ## L'avis de chacun et le test

# %% [markdown] lang="en"
# ## Self-rating and the test

# %% lang="fr"
study.figure("people_themes", "fr")

# %% lang="en"
study.figure("people_themes", "en")

# %%
study.table("people_self_report").pivot(index="self_level", columns="level", values="share")

# %% [markdown] lang="fr"
# ## Les chiffres publiés

# %% [markdown] lang="en"
# ## Published figures

# %%
facts = study.table("published_facts")
facts[["fact", "published", "base_stated", "possible_with_base", "rebuilt", "agrees"]]

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
