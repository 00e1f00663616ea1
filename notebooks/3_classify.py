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
# # 3. Qui est mature, en transition, en retrait ?
#
# La règle coupe l'indice aux parts voulues ; leurs effectifs sont donc imposés. Le résultat, c'est
# la probabilité de chaque classe.

# %% [markdown] lang="en"
# # 3. Who is mature, in transition, lagging?
#
# The rule cuts the index at the shares asked for, so their sizes are forced. The finding is the
# probability of each class.

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

# %%
classes = study.table("classes").sort_values(["p_mature", "p_transition"], ascending=False)
classes[["name", "class", "p_mature", "p_transition", "p_lagging", "borderline"]].head(15)

# %% lang="fr"
study.text(
    "fr",
    "{n_borderline} unités sur {n_known} sont incertaines : la probabilité de leur classe est sous "
    "{borderline_limit:percent}.",
)

# %% lang="en"
study.text(
    "en",
    "{n_borderline} of {n_known} units are borderline: the probability of their class is below "
    "{borderline_limit:percent}.",
)

# %% lang="fr"
study.figure("class_probabilities", "fr")

# %% lang="en"
study.figure("class_probabilities", "en")

# %% [markdown] lang="fr"
# ## À vous : un autre seuil d'incertitude

# %% [markdown] lang="en"
# ## Your turn: another threshold

# %%
sorted_units = classes[classes["class"] != "unknown"]
own = sorted_units.apply(lambda unit: unit[f"p_{unit['class']}"], axis=1)
{f"{limit:.0%}": int((own < limit).sum()) for limit in (0.6, 0.7, 0.8, 0.9, 0.95)}

# %% [markdown] lang="fr"
# ## Les données veulent-elles ces parts ?
# Là où la règle impose les effectifs, ni test ni intervalle : ce serait tester notre hypothèse.

# %% [markdown] lang="en"
# ## Do the data want these shares?
# Where the rule forces the sizes there is neither test nor interval: it would test our own
# assumption.

# %%
study.table("split_audit")

# %%
study.table("class_shares")

# %% lang="fr"
study.figure("class_shares", "fr")

# %% lang="en"
study.figure("class_shares", "en")

# %% [markdown] lang="fr"
# ## D'autres règles, d'autres classes ?
# Le classement retenu est toujours la coupe de l'indice, avec ses probabilités ; les autres règles
# sont des points de vue, qui montrent ce qui tient à la règle. Jusqu'à une quarantaine d'unités,
# c'est le seul verdict possible. À partir de 100, des classes tirées de tous les thèmes pourraient
# le devenir si elles sont stables (Jaccard au-dessus de 0,75) ; cela n'est pas encore fait ici.
#
# Indice de Rand ajusté : 1 quand deux règles classent pareil, 0 quand leur accord est celui du
# hasard.

# %% [markdown] lang="en"
# ## Other rules, other classes?
# The classes kept are always the cut of the index, with their probabilities; the other rules are
# views that show what hangs on the rule. Up to about 40 units it is the only possible verdict. From
# 100 on, classes made from all themes could become it if they are stable (Jaccard above .75); that
# is not done here yet.
#
# Adjusted Rand index: 1 where two rules sort alike, 0 where they agree as by chance.

# %%
study.table("method_agreement")

# %%
study.table("class_stability")

# %% [markdown] lang="fr"
# ## Combien de réponses feraient changer de classe ?
# Un pas est un niveau de plus ou de moins à une question. `up` et `down` : vers la classe du dessus
# ou du dessous ; `class_refit` : la classe si l'on refaisait la coupe après ce changement.

# %% [markdown] lang="en"
# ## How many answers would change the class?
# One step is one level more or less on one question. `up` and `down`: to the class above or below;
# `class_refit`: the class if the cut were made again after that change.

# %%
flips = study.table("answer_flips")
flips.groupby(["direction", "steps"], dropna=False).size().rename("units").to_frame().head(20)

# %% lang="fr"
study.figure("theme_profile", "fr")

# %% lang="en"
study.figure("theme_profile", "en")
