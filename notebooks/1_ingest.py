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
# # 1. Qu'a-t-on répondu ?
#
# Ce cahier lit les tableaux de la salle *ingest* : comment les exports ont été lus, combien de
# lignes ont été gardées à chaque étape, et ce qui manque.

# %% [markdown] lang="en"
# # 1. What was answered?
#
# This notebook reads the tables of the room *ingest*: how the exports were read, how many rows
# each step kept, and what is missing.

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
# ## Ce que le lecteur a constaté
# Le format ne dit pas tout : ce que le lecteur a deviné, ou n'a pu distinguer, est écrit.

# %% [markdown] lang="en"
# ## What the reader found
# A format does not say everything: what the reader worked out, or could not tell apart, is
# written down.

# %%
study.table("reading").head(20)

# %% [markdown] lang="fr"
# ## De l'export à l'analyse

# %% [markdown] lang="en"
# ## From export to analysis

# %%
flow = study.table("response_flow")
flow.head(20)

# %% [markdown] lang="fr"
# Rien ne disparaît en silence : à chaque étape, lignes reçues = lignes gardées + lignes au journal.

# %% [markdown] lang="en"
# Nothing disappears in silence: at each step, rows in = rows kept + rows in the log.

# %%
log = study.table("cleaning_log")
removed = log[log["action"] == "removed"].groupby("step").size()
rows = flow.groupby("step")[["rows_in", "rows_out"]].sum()
lost = (rows["rows_in"] - rows["rows_out"]).clip(lower=0)
assert (lost == removed.reindex(lost.index, fill_value=0)).all()
log.groupby(["step", "action"]).size().rename("n").to_frame()

# %% lang="fr"
study.text("fr", "{n_rows_exported} lignes exportées, {n_rows_kept} gardées.")

# %% lang="en"
study.text("en", "{n_rows_exported} rows exported, {n_rows_kept} kept.")

# %% lang="fr"
study.figure("response_flow", "fr")

# %% lang="en"
study.figure("response_flow", "en")

# %% [markdown] lang="fr"
# ## Ce qui manque
# « Non posé » n'est pas « sans réponse » : une question masquée par une condition n'entre pas dans
# la part manquante.

# %% [markdown] lang="en"
# ## What is missing
# “Not asked” is not “no answer”: an item hidden by a condition does not count as missing.

# %%
missing = study.table("missing_answers")
states = ["answered", "empty", "not_reached", "refused", "unknown"]
asked = missing[states].sum(axis=1)
worst = missing.assign(share_missing=1 - missing["answered"] / asked.where(asked > 0))
worst.nlargest(8, "share_missing")[["item", "label", "answered", "share_missing"]]

# %% lang="fr"
study.text("fr", "En tout, {share_cells_missing:percent1} des cellules posées sont sans réponse.")

# %% lang="en"
study.text("en", "Over all, {share_cells_missing:percent1} of the cells asked have no answer.")

# %% lang="fr"
study.figure("missing_answers", "fr")

# %% lang="en"
study.figure("missing_answers", "en")
