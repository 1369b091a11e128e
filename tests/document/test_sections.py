"""Headings part what is told of the patient from what is told of others."""

from __future__ import annotations

import pytest

from epicrisis.document import MIXED, PATIENT, read

CASES = {
    "a letter with labels run into the text": (
        "St. Elsewhere Hospital\nDear colleague,\n\nwe report on Mrs Doe.\n\n"
        "Diagnosis: breast cancer, pT2 pN0 cM0\nSecondary diagnoses: hypertension\n"
        "Allergies: penicillin\n\nFamily history: mother with ovarian cancer.\n\n"
        "Course: she recovered well.\n\nYours sincerely\nDr A. Roe",
        {"breast cancer": "history", "hypertension": "history", "penicillin": "history",
         "mother with": "family", "recovered": "outcome", "Roe": "front"},
    ),
    "headings in capitals": (
        "DISCHARGE SUMMARY\n\nHISTORY OF PRESENT ILLNESS\nA 50-year-old man had cough.\n\n"
        "PAST MEDICAL HISTORY\nDiabetes.\n\nLABORATORY DATA\nCEA 5 ng/mL.\n\n"
        "HOSPITAL COURSE\nHe underwent lobectomy.\n\nDISCHARGE MEDICATIONS\n"
        "Aspirin 100 mg daily.\n",
        {"cough": "history", "Diabetes": "history", "CEA": "laboratory", "lobectomy": "outcome",
         "Aspirin": "treatment"},
    ),
    "a tumour board note": (
        "# Tumour board\n\n## Patient\n\nFemale, 60 years.\n\n## Histology\n\n"
        "Adenocarcinoma, G2.\n\n"
        "## Imaging\n\nCT: no metastases.\n\n## Recommendation\n\nAdjuvant chemotherapy.\n",
        {"Female": "body", "Adenocarcinoma": "pathology", "CT:": "imaging", "Adjuvant": "plan"},
    ),
    "an article": (
        "A rare case of sarcoma\n\nAnn Doe, Bob Roe\n\nAbstract\n\nBackground: sarcoma is rare.\n"
        "Case: a man had sarcoma.\n\n1. Introduction\n\nMany patients receive doxorubicin.\n\n"
        "2. Case presentation\n\nA 40-year-old man was seen.\n\n2.1 Treatment\n\n"
        "He had surgery.\n\n"
        "3. Discussion\n\n3.1 Treatment of sarcoma\n\nIn a trial, 40 patients had surgery.\n\n"
        "Conflict of interest\n\nNone.\n\nReferences\n\n1. Roe B. Breast cancer. 2001.\n",
        {"sarcoma is rare": "introduction", "Many patients": "introduction", "40-year-old": "case",
         "He had surgery": "treatment", "In a trial": "discussion", "Breast": "references",
         "None.": "declaration"},
    ),
    "a note without headings": (
        "72M with CLL. WBC 45. Started ibrutinib 420 mg daily.",
        {"CLL": "body", "ibrutinib": "body"},
    ),
    "underlined and bold headings": (
        "Case\n====\n\nA man had melanoma.\n\n**Follow-up**\n\nHe is well.\n\n"
        "References\n----------\n\n"
        "1. Someone else.\n",
        {"melanoma": "case", "is well": "outcome", "Someone": "references"},
    ),
    "a legend inside the report": (
        "Case report\n\nA woman had a renal mass.\n\nFigure 1. CT of the abdomen.\n\n"
        "She underwent surgery.\n\n"
        "Table 1. Laboratory values\nCEA | 5\n\nShe was discharged.\n",
        {"renal": "case", "CT of": "figure", "underwent": "case", "CEA": "table",
         "discharged": "case"},
    ),
    "an abstract without its heading, and the article": (
        "Patient: Female, 55\nFinal Diagnosis: angiosarcoma\nObjective: Rare disease\nBackground: It is rare.\n"
        "Case Report: A 55-year-old woman was seen.\nConclusions: Beware.\n\n"
        "Background\nPaclitaxel was used by others.\n\nCase Report\nShe had surgery.\n\n"
        "Discussion\nTaxanes are active.\n",
        {"It is rare": "introduction", "A 55": "case", "Paclitaxel": "introduction", "surgery": "case",
         "Taxanes": "discussion"},
    ),
    "several patients of an article": (
        "Patient 1\nA man had melanoma.\n\nPatient 2\nA woman had melanoma.\n\nDiscussion\nNivolumab is used.\n",
        {"A man": "body", "Nivolumab": "discussion"},
    ),
    "capitals amid lines without gaps": (
        "DISCHARGE SUMMARY   Page 1 of 2\nDIAGNOSES\nOvarian cancer FIGO IIIC\nDISCHARGE MEDICATIONS\nApixaban 5 mg BID\n",
        {"Ovarian": "history", "Apixaban": "treatment"},
    ),
    "a visit's note": (
        "VISIT NOTE\nAim of visit: cycle 4\nObjective: weight 70 kg\nResults: ALT 85 U/L\nConclusion: hepatitis\n"
        "Keywords: hepatitis\n",
        {"cycle 4": "body", "weight": "examination", "ALT": "outcome", "Conclusion: hepatitis"[12:] + "\nKey": "outcome"},
    ),
    "a trial's abstract": (
        "Objective: To compare docetaxel and paclitaxel.\nPatients and methods: 120 patients were randomised.\n"
        "Results: Median survival was 12 months.\nConclusion: Docetaxel was not superior.\n",
        {"To compare": "introduction", "120": "abstract", "Median": "abstract", "not superior": "conclusion"},
    ),
    "an article's labels with its patient's": (
        "Patient: 54-year-old woman with HCC.\n\nTreatment: sorafenib.\n\nDiscussion: Lenvatinib was not inferior.\n",
        {"54": "body", "sorafenib": "treatment", "Lenvatinib": "discussion"},
    ),
    "a postscript": (
        "Dear Dr Hill\nDiagnosis: cancer.\nYours sincerely\nDr A Roe\nPS: The MRI was normal.\n",
        {"Roe": "front", "The MRI": "body"},
    ),
    "a study's report under its name alone": (
        "CT ABDOMEN 02/14/2023\nSUMMARY:\n1. New metastases.\nDISCUSSION: the mass has grown.\n",
        {"New": "outcome", "the mass": "outcome"},
    ),
    "numbered headings without gaps": (
        "1. BACKGROUND\n1.1 History\nRectal cancer, pT3.\n2. OBJECTIVE\nECOG 1.\n3. RECOMMENDATION\nFOLFOX.\n",
        {"Rectal": "history", "ECOG": "examination", "FOLFOX": "plan"},
    ),
    "a table of what others reported": (
        "Case report\n\nA man had angiosarcoma.\n\nTable 1. Laboratory values\nCEA | 5\n\n"
        "Table 2. Cases of angiosarcoma reported in the literature\nRoe 2010 | Doxorubicin\n\n"
        "Table 3. Treatments\nAuthor | Drug\nDoe | Paclitaxel\n\nHe was well.\n",
        {"CEA": "table", "Doxorubicin": "literature", "Paclitaxel": "literature", "He was": "case"},
    ),
    "a board's form": (
        "# Tumour conference 12.04.2023\n\n**Patient:** F, 59 y\n**Background:** diabetes\n\n## Summary\n\n"
        "Mastectomy, pT2.\n\n## Discussion\n\nShe is postmenopausal.\n\n## Conclusion\n\nLetrozole.\n",
        {"diabetes": "history", "Mastectomy": "outcome", "postmenopausal": "outcome", "Letrozole": "plan"},
    ),
    "a letter with the words of articles": (
        "Dear Dr Hill\n\nDiagnosis: breast cancer\n\nAim: to exclude metastases.\n\nI saw her today.\n\n"
        "Conclusion: bone metastases.\n\nYours sincerely\n\nDr A Roe\n\n"
        "ADDENDUM: The bone scan was negative. We started goserelin.\n",
        {"to exclude": "history", "I saw": "body", "bone metastases": "outcome", "Roe": "front",
         "bone scan": "pathology"},
    ),
    "a letter that goes on after its signature": (
        "Dear Dr Hill\n\nDiagnosis: cancer\n\nYours sincerely\n\nDr A Roe\n\n"
        "Later the same day\nThe scan showed no metastases. We have started goserelin.\n",
        {"Roe": "front", "no metastases": "body"},
    ),
    "a pathologist's report": (
        "PATHOLOGY REPORT\nDIAGNOSIS: lymphoma.\nCOMMENT: CD20 is positive.\nDISCLAIMER: developed here.\n"
        "Flow: kappa restricted.\nBACKGROUND: B symptoms.\n",
        {"lymphoma": "history", "CD20": "outcome", "developed": "declaration", "kappa": "body", "B symptoms": "history"},
    ),
    "chief complaint and copies": (
        "CC: Dyspnea\nHPI: lung cancer.\nPlan: scan.\n\nCC: Dr. Roe\n",
        {"Dyspnea": "history", "lung cancer": "history", "Roe": "front"},
    ),
    "an abstract of a congress": (
        "Introduction: It is rare.\nMethods: We describe a 71-year-old man.\nResults: He had cisplatin.\n",
        {"rare": "introduction", "71-year-old": "abstract", "cisplatin": "abstract"},
    ),
    "a case with its own background": (
        "# Case\n\n## Background\n\nA 67-year-old woman.\n\n## Summary\n\nProgression in the liver.\n",
        {"67-year-old": "history", "Progression": "outcome"},
    ),
    "headings of a journal that says them twice": (
        "1 | INTRODUCTION\nIt is rare.\n\n2 | CASE HISTORY/EXAMINATION\nA woman had cancer.\n\n"
        "3 | METHODS (Differential diagnosis, investigations and treatment)\nCK was high.\n\n"
        "4 | DISCUSSION\nOthers had it.\n",
        {"rare": "introduction", "woman": "case", "CK": "imaging", "Others": "discussion"},
    ),
    "words of headings that open a sentence": (
        "A 60-year-old man had cancer.\n\nObjective response was seen.\nPurpose: he wanted to know.\n"
        "Conclusion: progression.\n",
        {"A 60": "body", "Objective": "body", "wanted": "body", "progression": "body"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=str)
def test_words_stand_in_the_right_section(case: str) -> None:
    """Each phrase lies in a section of the kind that a reader would give it."""
    text, expected = CASES[case]
    document = read(_file(text, "note.md" if "#" in text or "==" in text else "note.txt"))
    for phrase, kind in expected.items():
        at = document.text.index(phrase)
        found = [s.kind for s in document.sections if s.start <= at < s.end]
        assert found == [kind], phrase


def test_what_others_wrote_is_no_section_of_the_patient() -> None:
    """Introductions, methods, references and declarations are neither patient's nor mixed."""
    for kind in ("introduction", "methods", "references", "declaration", "front", "literature"):
        assert kind not in PATIENT | MIXED


@pytest.mark.parametrize("pump", ["A: ", "1. ", "**a** ", "# ", "Figure 1 ", "\n", "a\n\n", "Case\n"])
def test_sections_are_found_in_linear_time(pump: str) -> None:
    """Four times the text takes about four times as long, whatever it repeats."""
    import time

    def seconds(times: int) -> float:
        text = pump * times
        best = 9.0
        for _ in range(3):
            began = time.process_time()
            read(text)
            best = min(best, time.process_time() - began)
        return best

    small = max(seconds(5_000), 0.005)
    assert seconds(20_000) < 9 * small


def _file(text: str, name: str) -> object:
    import io

    file = io.BytesIO(text.encode())
    file.name = name
    return file
