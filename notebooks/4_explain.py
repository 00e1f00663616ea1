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
# # 4. La maturité va-t-elle avec l'âge et la vitesse d'organisation ?
#
# Un prédicteur par modèle principal. L'intervalle vient des moindres carrés avec erreurs HC2 et
# degrés de liberté de Bell-McCaffrey ; le test, d'une permutation. Ni l'un ni l'autre ne dit qui
# cause quoi.

# %% [markdown] lang="en"
# # 4. Do age and speed of organisation go with maturity?
#
# One predictor per primary model. The interval comes from least squares with HC2 errors and
# Bell-McCaffrey degrees of freedom, the test from a permutation. Neither says what causes what.

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
# ## Le verdict

# %% [markdown] lang="en"
# ## The verdict

# %% lang="fr"
study.verdicts("fr")

# %% lang="en"
study.verdicts("en")

# %%
regression = study.table("regression")
primary = regression[(regression["role"] == "primary") & (regression["estimator"] == "ols")]
primary[
    ["model", "cov_type", "term", "n", "estimate", "ci_low", "ci_high", "df"]
    + ["p_value_permutation", "permutation_unit", "verdict"]
]

# %% [markdown] lang="fr"
# ## Ce qui est supposé

# %% [markdown] lang="en"
# ## What is assumed

# %% lang="fr"
study.figure("diagram", "fr")

# %% lang="en"
study.figure("diagram", "en")

# %% [markdown] lang="fr"
# ## Les points bruts

# %% [markdown] lang="en"
# ## The raw points

# %% lang="fr"
for model in study.settings["analysis"]["models"]:
    if model["role"] == "primary":
        display(study.figures(f"{model['outcome']}_on_{model['predictor']}".lower(), "fr"))

# %% lang="en"
for model in study.settings["analysis"]["models"]:
    if model["role"] == "primary":
        display(study.figures(f"{model['outcome']}_on_{model['predictor']}".lower(), "en"))

# %% [markdown] lang="fr"
# ## Tient-il à une seule unité ?

# %% [markdown] lang="en"
# ## Does it hang on a single unit?

# %%
influence = study.table("influence")
names = study.table("index").set_index("unit_id")["name"]
most = influence.sort_values("cooks_distance", ascending=False).groupby("model").head(2)
most.assign(name=most["unit_id"].map(names))[
    ["model", "name", "estimate_without", "cooks_distance"]
]

# %% [markdown] lang="fr"
# ## Ce qu'une étude de cette taille pouvait voir
# La puissance est donnée pour un effet *supposé*, jamais pour l'effet observé.

# %% [markdown] lang="en"
# ## What a study of this size could see
# Power is given for a *stated* effect, never for the observed one.

# %%
study.table("detectable_effect")

# %% [markdown] lang="fr"
# ## Sous d'autres définitions défendables

# %% [markdown] lang="en"
# ## Under other defensible definitions

# %%
curve = study.table("specification_curve")
curve.groupby("curve", sort=False)["estimate"].describe()[["count", "min", "50%", "max"]]

# %% lang="fr"
study.figures("specifications", "fr")

# %% lang="en"
study.figures("specifications", "en")

# %% [markdown] lang="fr"
# ## D'autres méthodes de notation, d'autres questions, ceux qui n'ont pas répondu
# Trois doutes, jamais additionnés : une étendue, un intervalle à part, des bornes.

# %% [markdown] lang="en"
# ## Other methods of scoring, other items, those that did not answer
# Three doubts, never added up: a range, an interval apart, bounds.

# %% lang="fr"
for name in ("slope_range", "slope_items", "nonresponse"):
    display(study.figure(name, "fr"))

# %% lang="en"
for name in ("slope_range", "slope_items", "nonresponse"):
    display(study.figure(name, "en"))

# %% [markdown] lang="fr"
# ## Le délai, un temps censuré

# %% [markdown] lang="en"
# ## The delay, a censored time

# %% lang="fr"
study.figures("delay", "fr")

# %% lang="en"
study.figures("delay", "en")
