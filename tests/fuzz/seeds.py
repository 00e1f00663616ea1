"""What mutations start from: one small file of each form, and found cases."""

from __future__ import annotations

import gzip
import io
import json
import tempfile
import zipfile
from pathlib import Path

CORPUS = Path(__file__).parent / "corpus"
LIMESURVEY = (
    b'\xef\xbb\xbf"id","submitdate","lastpage","startlanguage","seed","q1",'
    b'"m[SQ001]","n","idcreat"\r\n'
    b'"1","2026-01-01 10:00:00","3","fr","5","A1","Y","12.5","2015-01-01 00:00:00"\r\n'
    b'"2","","1","fr","7","A2","","",\r\n'
    b'"3","2026-01-02 10:00:00","3","en","9","A1","","1 250",""\r\n'
)
SURVEYMONKEY = (
    b"Respondent ID,Collector ID,Start Date,Which?,,Size\n,,,Lyon,Lille,Response\n"
    b"1,2,10/01/2026 10:00:00,Lyon,,12\n2,2,10/02/2026 11:00:00,,Lille,5\n"
)
TABLE = 'id;nom;réponse\n1;"Métropole; A";oui\n2;Ville B;\n3;;"n\non"\n'.encode()
LONG = b"id,item,value\n1,q,low\n1,n,5\n2,q,high\n"
RECORDS = json.dumps(
    {"responses": [{"id": "1", "submitdate": None, "lastpage": "1", "q1": "A1", "n": None}]}
).encode()
STRUCTURE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<document><questions><rows><row><qid>1</qid>'
    "<sid>1</sid><gid>1</gid><type>T</type><title>q1</title></row></rows></questions></document>"
)
VV = (
    b'"ID"\t"Soumis"\t"P"\t"Q"\nid\tsubmitdate\tlastpage\tq_SQ1\n'
    b'1\t"2026-01-01 10:00:00"\t1\t"a ""b"" {newline}"\n2\t{question_not_shown}\t1\t\n'
)


def seeds(shared: Path | None = None) -> list[tuple[bytes, str]]:
    """(content, suffix) of each seed; genuine exports, cut short, where the shared folder is."""
    found = [(data, ".csv") for data in (LIMESURVEY, SURVEYMONKEY, TABLE, LONG)]
    found += [
        (TABLE.decode().encode("utf-16"), ".csv"),
        (TABLE.decode().encode("cp1252"), ".txt"),
        (LIMESURVEY.replace(b",", b"\t"), ".tsv"),
        (RECORDS, ".json"),
        (VV, ".csv"),
        (_spss(), ".sav"),
        (workbook(), ".xlsx"),
        (_archive(), ".lsa"),
    ]
    found += _tools()
    found += [(path.read_bytes(), path.suffix) for path in sorted(CORPUS.glob("*.*"))]
    if shared is not None:
        for path in sorted((shared / "limesurvey").rglob("*.*")):
            if path.suffix == ".sav" or not path.is_file():
                continue
            data = path.read_bytes()
            if data[:2] == b"PK":
                found.append((data, path.suffix))
            else:
                found.append((b"\n".join(data.split(b"\n")[:12])[:30_000], path.suffix))
    return found


def _tools() -> list[tuple[bytes, str]]:
    """The made exports of the survey tools."""
    from tests.unit.ingest import tool_exports as made

    texts = (made.GOOGLE, made.ALCHEMER, made.JISC, made.SPHINX, made.LEGACY, made.JISC_KEY)
    found = [(text.encode(), ".csv") for text in texts]
    for rows in (made.MICROSOFT, made.EUSURVEY, made.QUALTRICS):
        found += [(made.lines(rows, ",").encode(), ".csv"), (made.workbook(rows), ".xlsx")]
    return [*found, (gzip.compress(made.GOOGLE.encode(), mtime=0), ".csv.gz")]


def workbook() -> bytes:
    """A small XLSX in LimeSurvey's form."""
    import openpyxl

    book = openpyxl.Workbook()
    for row in (["id", "submitdate", "lastpage", "q1", "n"], [1, "2026-01-01", 2, "A1", 12.5]):
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _spss() -> bytes:
    """A small SPSS file with labels and a value declared missing."""
    import pandas as pd
    import pyreadstat

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.sav"
        pyreadstat.write_sav(
            pd.DataFrame({"form": ["metropolis", "é"], "n": [1.0, 9.0]}),
            str(path),
            variable_value_labels={"form": {"metropolis": "Métropole"}, "n": {9.0: "refus"}},
            missing_ranges={"n": [{"lo": 9, "hi": 9}]},
        )
        return path.read_bytes()


def _archive() -> bytes:
    target = io.BytesIO()
    row = "<row><id><![CDATA[1]]></id><lastpage><![CDATA[1]]></lastpage></row>"
    document = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<document><LimeSurveyDocType>Responses'
        "</LimeSurveyDocType><responses><fields><fieldname>id</fieldname></fields>"
        f"<rows>{row}</rows></responses></document>"
    )
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("survey_1_responses.lsr", document)
        archive.writestr("survey_1.lss", STRUCTURE)
    return target.getvalue()
