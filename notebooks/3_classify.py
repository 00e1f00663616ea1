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

# %% lang="fr"
study.table("split_audit", "fr")

# %% lang="en"
study.table("split_audit", "en")

# %%
study.table("class_shares")

# %% lang="fr"
study.figure("class_shares", "fr")

# %% lang="en"
study.figure("class_shares", "en")

# %% [markdown] lang="fr"
# Les trois parts sont un point d'un triangle : plus il est près d'un coin, plus cette classe est
# nombreuse. Une zone de confiance n'y paraît que si les seuils étaient fixés avant de voir les
# données (seuils officiels, ou seuils d'une édition antérieure).

# %% [markdown] lang="en"
# The three shares are one point of a triangle: the nearer to a corner, the more units that class
# has. A confidence region appears only where the cuts were fixed before the data were seen
# (official thresholds, or an earlier edition's).

# %% lang="fr"
study.figure("shares_triangle", "fr")

# %% lang="en"
study.figure("shares_triangle", "en")

# %% [markdown] lang="fr"
# ## Quelle règle fait verdict ?
# Deux règles donnent les mêmes effectifs : couper l'indice, ou former des groupes d'unités proches
# sur tous les thèmes à la fois. Jusqu'à une quarantaine d'unités, la coupe et ses probabilités sont
# le verdict. À partir de 100, ce sont les classes tirées de tous les thèmes si elles sont stables.
# Entre les deux, la coupe est gardée, et là où les deux règles diffèrent la classe tient à la règle.
#
# Stable : on retire l'étude d'autres unités au hasard, on reclasse, et on compte la part commune
# (Jaccard : 1 la même classe, 0 rien de commun ; au-dessus de 0,75 pour les trois classes).

# %% [markdown] lang="en"
# ## Which rule is the verdict?
# Two rules give the same sizes: cutting the index, or grouping units that are alike on all themes at
# once. Up to about 40 units the cut with its probabilities is the verdict. From 100 on it is the
# classes from all themes, if they are stable. In between the cut is kept, and where the two rules
# differ the class hangs on the rule.
#
# Stable: the study is drawn again with other units, sorted again, and what is common is counted
# (Jaccard: 1 the same class, 0 nothing in common; above .75 for all three classes).

# %% lang="fr"
verdict = study.table("class_verdict", "fr").set_index("rule")
verdict[["n", "is_verdict", "jaccard_lowest", "differ", "reason_fr"]]

# %% lang="en"
verdict = study.table("class_verdict").set_index("rule")
verdict[["n", "is_verdict", "jaccard_lowest", "differ", "reason"]]

# %% [markdown] lang="fr"
# Les unités que les deux règles classent autrement : pour elles, dire la classe, c'est choisir la
# règle.

# %% [markdown] lang="en"
# Units that the two rules sort differently: for them, to name the class is to choose the rule.

# %%
methods = study.table("class_methods").pivot(index="unit_id", columns="method", values="class")
if "sized_themes" in methods:
    moved = methods[methods["index_cut"] != methods["sized_themes"]]
    chances = classes.set_index("unit_id")[["name", "p_mature", "p_transition", "p_lagging"]]
    display(chances.join(moved[["index_cut", "sized_themes"]], how="inner").set_index("name"))

# %% lang="fr"
if not verdict.at["index_cut", "is_verdict"]:
    display(study.figure("theme_probabilities", "fr"))

# %% lang="en"
if not verdict.at["index_cut", "is_verdict"]:
    display(study.figure("theme_probabilities", "en"))

# %% [markdown] lang="fr"
# ## Qui reste avec qui ?
# On refait l'étude des centaines de fois, avec des unités tirées au hasard parmi les mêmes. Un couple
# toujours ensemble (foncé) ou jamais (clair) ne doit rien au hasard du tirage ; entre les deux, si.

# %% [markdown] lang="en"
# ## Who stays with whom?
# The study is redone hundreds of times, with units drawn at random among the same ones. A pair always
# together (dark) or never (pale) owes nothing to the draw; in between it does.

# %% lang="fr"
study.figure("consensus", "fr")

# %% lang="en"
study.figure("consensus", "en")

# %% [markdown] lang="fr"
# `jaccard_mean` : ce qu'une classe garde d'elle-même quand on retire des unités (`jaccard_subset` :
# quand on n'en garde que la moitié). `together_within` : deux unités de la classe restent ensemble ;
# `together_between` : une de la classe et une d'une autre se retrouvent ensemble.

# %% [markdown] lang="en"
# `jaccard_mean`: what a class keeps of itself when units are drawn again (`jaccard_subset`: when only
# half are kept). `together_within`: two units of the class stay together; `together_between`: one of
# the class and one of another end up together.

# %%
study.table("class_stability")

# %% [markdown] lang="fr"
# ## Chaque unité est-elle bien dans sa classe ?

# %% [markdown] lang="en"
# ## Does each unit sit well in its class?

# %% lang="fr"
study.figure("silhouettes", "fr")

# %% lang="en"
study.figure("silhouettes", "en")

# %% [markdown] lang="fr"
# ## D'autres méthodes, d'autres classes ?
# Des points de vue, non des verdicts : ils montrent ce qui tient à la méthode. Indice de Rand
# ajusté : 1 quand deux méthodes classent pareil, 0 quand leur accord est celui du hasard. Une
# méthode qui ne convient pas à ces données a une ligne avec sa raison.

# %% [markdown] lang="en"
# ## Other methods, other classes?
# Views, not verdicts: they show what hangs on the method. Adjusted Rand index: 1 where two methods
# sort alike, 0 where they agree as by chance. A method that does not suit these data has one row
# with its reason.

# %% lang="fr"
study.table("method_agreement", "fr")

# %% lang="en"
study.table("method_agreement", "en")

# %% [markdown] lang="fr"
# Et combien de classes les données veulent-elles ? Le plus petit BIC le dit, dans chaque espace à
# part (`bic_gaussian` sur l'indice et les thèmes, `bic_latent` sur les réponses) : 1 veut dire
# qu'aucune coupure n'est dans les données.

# %% [markdown] lang="en"
# And how many classes do the data want? The smallest BIC says, in each space by itself
# (`bic_gaussian` on the index and the themes, `bic_latent` on the answers): 1 means that no break is
# in the data.

# %%
study.table("class_numbers")

# %% [markdown] lang="fr"
# Si des seuils étaient fixés avant de voir les données (`classify.cuts` dans `study.yaml`), rien
# n'est imposé : les effectifs sont un résultat, et chaque unité proche d'un seuil a une probabilité
# de chaque côté.

# %% [markdown] lang="en"
# Where cuts were fixed before the data were seen (`classify.cuts` in `study.yaml`) nothing is forced:
# the sizes are a finding, and each unit next to a cut has a probability on either side.

# %%
if "cuts" in study.settings["classify"]:
    display(study.table("fixed_cuts"), study.table("cut_neighbours"))

# %% [markdown] lang="fr"
# ## Combien de réponses feraient changer de classe ?
# Un pas est un niveau de plus ou de moins à une question. `up` et `down` : vers la classe du dessus
# ou du dessous ; `class_refit` : la classe si l'on refaisait la coupe après ce changement. Les unités
# qui en sont le plus près viennent en premier.

# %% [markdown] lang="en"
# ## How many answers would change the class?
# One step is one level more or less on one question. `up` and `down`: to the class above or below;
# `class_refit`: the class if the cut were made again after that change. The units nearest to it come
# first.

# %%
chances = classes.set_index("unit_id")[["name", "p_mature", "p_transition", "p_lagging"]]
flips = study.table("answer_flips").join(chances, on="unit_id").drop(columns="unit_id")
flips.sort_values("steps").set_index("name").head(15)

# %% [markdown] lang="fr"
# ## À quoi ressemble chaque unité, chaque classe ?

# %% [markdown] lang="en"
# ## What does each unit look like, and each class?

# %% lang="fr"
study.figure("theme_heat", "fr")

# %% lang="en"
study.figure("theme_heat", "en")

# %% lang="fr"
study.figure("theme_profile", "fr")

# %% lang="en"
study.figure("theme_profile", "en")
