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
# # 2. Quelle maturité, et avec quelle certitude ?
#
# L'indice de chaque unité (0 à 100), son intervalle, et ce que d'autres méthodes en feraient.

# %% [markdown] lang="en"
# # 2. How mature is each unit, and how sure are we?
#
# The index of each unit (0 to 100), its interval, and what other methods would make of it.

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
# ## L'indice
# Trois doutes, jamais mêlés : (a) les réponses manquantes et (b) les questions posées donnent
# l'intervalle ; (c) les choix de méthode donnent une étendue.

# %% [markdown] lang="en"
# ## The index
# Three doubts, never mixed: (a) missing answers and (b) the items asked give the interval; (c)
# choices of method give a range.

# %%
index = study.table("index").sort_values("index", ascending=False)
index[["name", "index", "index_low", "index_high", "range_low", "range_high"]].head(12)

# %% lang="fr"
study.text(
    "fr",
    "Indice connu pour {n_known} unités sur {n_units} ; il va de {index_min:1} à {index_max:1}, "
    "moyenne {index_mean:1}. Largeur médiane des intervalles : {index_interval_width_median:1}.",
)

# %% lang="en"
study.text(
    "en",
    "Index known for {n_known} of {n_units} units; from {index_min:1} to {index_max:1}, mean "
    "{index_mean:1}. Median width of the intervals: {index_interval_width_median:1}.",
)

# %% lang="fr"
study.figure("index", "fr")

# %% lang="en"
study.figure("index", "en")

# %% [markdown] lang="fr"
# ## À vous : combien de paires d'unités se distinguent ?
# Deux unités se distinguent au moins quand leurs intervalles ne se touchent pas (critère sévère).

# %% [markdown] lang="en"
# ## Your turn: how many pairs of units can be told apart?
# Two units can surely be told apart when their intervals do not touch (a severe criterion).

# %%
import numpy as np

known = index.dropna(subset=["index_low", "index_high"])
low, high = known["index_low"].to_numpy(), known["index_high"].to_numpy()
apart = low[:, None] > high[None, :]
pairs = len(known) * (len(known) - 1) / 2
print(f"{apart.sum():.0f} / {pairs:.0f} = {apart.sum() / max(pairs, 1):.0%}")

# %%
from matplotlib.figure import Figure

plot = Figure(figsize=(6, 2.6))
axes = plot.add_axes((0.1, 0.2, 0.87, 0.75))
axes.hist(known["index"], bins=np.arange(0, 101, 5), color="#1B6CA8", edgecolor="white")
axes.set_xlabel("index")
axes.set_ylabel("n")
study.show(plot)

# %% [markdown] lang="fr"
# ## Les thèmes, leur poids réel et leur cohérence
# Le poids effectif est la corrélation du thème avec l'indice : il peut s'écarter du poids donné.

# %% [markdown] lang="en"
# ## Themes, their effective weight and their consistency
# The effective weight is the correlation of a theme with the index: it may differ from the weight
# given.

# %%
study.table("theme_weights")

# %% [markdown] lang="fr"
# La cohérence d'un thème : alpha avec deux intervalles (Feldt ; rééchantillonnage des unités) et, à
# partir de 100 unités, les coefficients des réponses ordonnées et l'ajustement d'un facteur par
# thème. Puis chaque question au regard des autres de son thème : une corrélation négative signale
# une question posée à l'envers. Dans un indice formatif, ces nombres décrivent et ne jugent pas.

# %% [markdown] lang="en"
# How the items of a theme go together: alpha with two intervals (Feldt; units resampled) and, from
# 100 units on, coefficients for ordered answers and the fit of one factor a theme. Then each item
# beside the others of its theme: a negative correlation points at an item asked the other way
# round. In a formative index these numbers describe and are no verdict.

# %%
study.table("reliability")

# %%
study.table("reliability_items").sort_values("item_rest").head(12)

# %% [markdown] lang="fr"
# Si plusieurs personnes ont répondu pour une même unité (étape `aggregate_units`) : leur accord.

# %% [markdown] lang="en"
# Where several people answered for the same unit (step `aggregate_units`): their agreement.

# %%
if any(step["step"] == "aggregate_units" for step in study.settings["clean"]):
    display(study.table("informants"))

# %% [markdown] lang="fr"
# ## Quel choix de méthode compte ?

# %% [markdown] lang="en"
# ## Which choice of method matters?

# %%
study.table("sensitivity")

# %% lang="fr"
study.figure("sensitivity", "fr")

# %% lang="en"
study.figure("sensitivity", "en")
