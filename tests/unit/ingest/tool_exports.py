"""Made exports of seven survey tools, each as the tool writes it; names and answers are invented.

The forms are those of the tools' own exports or, for EUSurvey, of its published source code.
"""

from __future__ import annotations

import io

import openpyxl

from barometre import tables
from barometre.ingest.read import read_exports
from barometre.ingest.recognise import reader_of

GOOGLE = (
    "Horodateur,Adresse e-mail,Quels outils ?,Viendrez-vous ?,"
    "Notez [le site],Notez [l'accueil],Budget [k€]\n"
    '13/11/2026 10:00:00,a@x.example,"Wiki, Forum (privé, public)","Oui, volontiers",3,4,12\n'
    '12/11/2026 11:30:00,b@x.example,"Wiki, Git",Non,2,,\n'
    '11/11/2026 09:00:00,c@x.example,"Git, mon outil","Oui, volontiers",1,5,7\n'
    '10/11/2026 09:00:00,d@x.example,"Wiki, Forum (privé, public), Git",,4,4,\n'
)
MICROSOFT = [
    ["ID", "Heure de début", "Heure de fin", "Adresse de messagerie", "Nom", "Total points",
     "Heure de la dernière modification", "Quels outils ?", "Points - Quels outils ?",
     "Classez ces thèmes", "Nom"],
    [1, "7/27/26 19:06:23", "7/27/26 19:17:10", "anonymous", "Ana Exemple", 4, "",
     "Git;Oui, le wiki;", 2, "Données;Achats;Écoles;", "Commune A"],
    [2, "7/28/26 10:00:00", "7/28/26 10:05:00", "anonymous", "", 0, "",
     "Git;Un autre;", 0, "Achats;Données;Écoles;", ""],
    [5, "7/29/26 10:00:00", "7/29/26 10:01:00", "anonymous", "", 0, "", "Oui, le wiki;", 0, "", ""],
]  # fmt: skip
ALCHEMER = (
    "Response ID,Time Started,Date Submitted,Status,IP Address,Language,"
    "How are you?,Other - Write In:How are you?,Git:Which tools do you use?,"
    "Wiki:Which tools do you use?,Site: quality:Please rate\u00a0it,Help:Please rate it,"
    "Note: last\n"
    "11,2026-01-02 10:00:00,2026-01-02 10:02:00,Complete,10.0.0.9,French,"
    "Other - Write In,so so,Git,Wiki,3,4,bye\n"
    "12,2026-01-03 10:00:00,2026-01-03 10:09:00,Partial,10.0.0.8,English,Well,,Git,,,,\n"
    "13,2026-01-03 10:00:00,2026-01-03 10:00:05,Disqualified,10.0.0.7,English,Well,,,,,,\n"
)
JISC = (
    "URN,Q1,Q2_1,Q2_2,Q3,Q3_1_a_1,Q3_1_b_1,Q4_1,Q4_2,Q5_1_a,Q5_1_b,CompletionDate\n"
    "1-1-1,2,1,0,,1,0,3,1,1,,2026-02-01\n"
    "1-1-2,1,0,0,,0,0,1,1,,,2026-02-02\n"
    "1-1-3,,0,0,,0,0,,,,,2026-02-03\n"
)
JISC_KEY = (
    '"URN","Unique Response Number"\n"Q1","Size?"\n"1","small"\n"2","large"\n'
    '"Q2","Which?"\n"1","maps"\n"2","plans"\n"Q3","When?"\n"Q3_1_a","data"\n"1","before"\n'
    '"Q3_1_b","data"\n"1","after"\n"CompletionDate","Completion date"\n'
)
EUSURVEY = [
    ["Alias", "made-survey"],
    ["Export Date", "2026-03-01"],
    [],
    ["Taille ?", "Quels outils ?", "Notez: le site", "Notez: l'accueil", "Pour qui ?", "Élus",
     "Agents", "Invitation Number", "Contribution ID", "User Name", "Creation Date",
     "Last Update", "Languages"],
    ["grande", "Git;Wiki", "bien", "mal", "", "Yes", "No", "i1", "c-1", "ana@x.example",
     "2026-02-01 10:00:00", "2026-02-03 10:00:00", "FR"],
    ["petite", "Git", "bien", "", "", "No", "No", "i2", "c-2", "", "2026-02-02 10:00:00",
     "2026-02-02 10:00:00", "EN"],
    ["petite", "Git;Wiki", "", "bien", "", "Yes", "Yes", "i3", "c-3", "", "2026-02-02 10:00:00",
     "2026-02-02 10:00:00", "EN"],
]  # fmt: skip
SPHINX = (
    "N°Obs;1. TAILLE;Rôle tenu;OUTILS_1;OUTILS_2;OUTILS_3;AVIS_1;AVIS_2;USAGE_1;USAGE_2;THEMES;"
    "CLE;DATE_SAISIE;DATE_ENREG;TEMPS_SAISIE;ORIGINE_SAISIE;50. LANG_SAISIE;PROGRESSION\n"
    "1;grande;élu;Wiki;Git;;3;4;1;0;Données;AB-CD;13/02/2026 10:00:00;13/02/2026 10:05:00;312;"
    "Internet;FR;Terminé\n"
    "2;petite;;Git;;;3;3;0;1;Données;EF-GH;12/02/2026 10:00:00;12/02/2026 10:05:00;00:05:12;"
    "Internet;FR;Terminé\n"
    "3;petite;agent;Wiki;Forum;Git;1;2;0;0;;IJ-KL;11/02/2026 10:00:00;11/02/2026 10:05:00;9;"
    "Internet;FR;En cours\n"
)
IMPORTS = [
    *("startDate", "endDate", "status", "ipAddress", "progress", "duration", "finished"),
    *("recordedDate", "_recordId", "recipientLastName", "recipientEmail", "locationLatitude"),
    "userLanguage",
]
QUALTRICS = [
    [*(name.capitalize() for name in IMPORTS), "Q1", "Q2_1", "Q2_2", "Q2_2_TEXT", "Q3_1", "Q3_2",
     "Q4"],
    [*("wie auch immer" for _ in IMPORTS), "Size?", "Which? - maps", "Which? - plans",
     "Which? - plans - Text", "Rate - site", "Rate - help", "Several?"],
    [*(f'{{"ImportId":"{name}"}}' for name in [*IMPORTS, "QID1", "QID2_1", "QID2_2",
     "QID2_2_TEXT", "QID3_1", "QID3_2", "QID4"])],
    ["2026-01-01 10:00:00", "2026-01-01 10:05:00", "0", "10.9.8.7", "100", "300", "1",
     "2026-01-01 10:05:01", "R_1", "Exemple", "ana@x.example", "48.85", "FR",
     "2", "1", "0", "", "5", "-99", "1,3"],
    ["2026-01-02 10:00:00", "2026-01-02 10:05:00", "1", "10.9.8.6", "20", "30", "0",
     "2026-01-02 10:05:01", "R_2", "", "", "", "FR", "-99", "", "", "", "4", "", ""],
    ["2026-01-03 10:00:00", "2026-01-03 10:05:00", "0", "10.9.8.5", "100", "30", "1",
     "2026-01-03 10:05:01", "R_3", "", "", "", "EN", "1", "1", "1", "roads", "", "", "3"],
]  # fmt: skip
LEGACY = (
    "\ufeffV1,V2,V3,V5,V6,V8,V9,V10,Q1,Q2_1,Q2_2,LocationLatitude,\n"
    "ResponseID,ResponseSet,Name,EmailAddress,IPAddress,StartDate,EndDate,Finished,Size?,"
    "Which?-maps,Which?-plans,LocationLatitude,\n"
    "R_1,set,Ana Exemple,ana@x.example,10.9.8.7,2026-01-01 10:00:00,2026-01-01 10:01:00,1,2,1,,0,\n"
    "R_2,set,Anonymous,,10.9.8.6,2026-01-01 10:00:00,2026-01-01 10:01:00,0,2,,1,0,\n"
)


def text(path, content, encoding="utf-8"):
    path.write_bytes(content.encode(encoding))
    return path


def workbook(rows):
    """Rows as the bytes of an XLSX."""
    book, target = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(target)
    return target.getvalue()


def lines(rows, sign):
    """Rows as a text with every cell quoted."""
    quoted = [['"{}"'.format(str(cell).replace('"', '""')) for cell in row] for row in rows]
    return "".join(f"{sign.join(row)}\n" for row in quoted)


def table(path, rows):
    """Rows as XLSX, or as a text with the separator of its suffix; a TSV is UTF-16."""
    if path.suffix == ".xlsx":
        path.write_bytes(workbook(rows))
        return path
    tab = path.suffix == ".tsv"
    return text(path, lines(rows, "\t" if tab else ","), "utf-16" if tab else "utf-8")


def read(path, reader, options=None, codebook=None):
    """The answers as respondents x items, "" where blank; states alike; the whole export."""
    assert reader_of(path) == reader
    export = read_exports([path], {"reader": reader, "options": options or {}}, codebook)
    tables.check(export.answers, "answers")
    tables.check(export.respondents, "respondents")
    order = list(dict.fromkeys(export.answers["item"]))
    values, states = (
        export.answers.pivot(index="respondent_id", columns="item", values=what)[order]
        for what in ("value", "state")
    )
    return values.fillna(""), states, export


def found(export):
    return export.reading.set_index("what")["found"]


def told(export):
    """Everything that leaves the reader, as one text."""
    frames = (export.answers, export.respondents, export.reading)
    return " ".join(frame.to_csv(index=False) for frame in frames)
