"""The tumour: stages that do not fit, sites and sides told differently, mixed responses."""

from __future__ import annotations

from epicrisis.case.model import Case, Conflict, Item, Span
from epicrisis.case.story import Story
from epicrisis.facts import Fact


def stage(story: Story, case: Case) -> list[Conflict]:
    """Report different stage groups with the same TNM, and stage IV told beside M0."""
    facts = story.of("stage")
    groups = [f for f in facts if f.value.get("kind") == "group"]
    by_sentence: dict[int, tuple[str, ...]] = {}
    for f in facts:
        if f.value.get("kind") in ("T", "N", "M"):
            by_sentence[f.sentence] = (*by_sentence.get(f.sentence, ()), str(f.value.get("category", "")).lower())
    out: list[Conflict] = []
    told = [(f, by_sentence[f.sentence]) for f in groups if by_sentence.get(f.sentence)]
    alike: dict[frozenset[str], list[tuple[int, Fact, str]]] = {}
    for i, (f, tnm) in enumerate(told):
        alike.setdefault(frozenset(tnm), []).append((i, f, _group(f)))
    for i, (f, tnm) in enumerate(told):
        own = _group(f)
        for j, g, other in alike[frozenset(tnm)]:
            if j > i and other != own:
                out.append(_conflict("stage-inconsistent", "The same TNM is given different stage groups.", [f, g]))
    for f, tnm in told:
        # of thyroid, head and neck, liver and others, T4 or N1 without metastases is stage IVA
        bare = {c.lstrip("cpyr") for c in tnm}
        if _group(f).startswith("iv") and "m0" in bare and "n0" in bare and not any(c.startswith("t4") for c in bare):
            same = [g for g in facts if g.sentence == f.sentence and g.value.get("kind") == "M"]
            out.append(_conflict("stage-inconsistent", "Stage IV stands beside M0.", [f, *same]))
    return out


def _group(fact: Fact) -> str:
    return str(fact.value.get("category", "")).lower().replace(" ", "")


def site(story: Story, case: Case) -> list[Conflict]:
    """Report one tumour that is placed at different sites."""
    out = []
    tellings = story.tellings("diagnosis")
    for item in case.items:
        if item.type != "condition" or item.detail.get("role") != "primary" or item.negated:
            continue
        facts = [f for f in tellings.get(id(item), ()) if not f.value.get("generic") and _site(story, f)]
        named = {_site(story, f): f for f in reversed(facts)}
        names = sorted((s.rpartition("/")[2] for s in named), key=len)
        # "breast" and "left upper breast" is one place told twice
        if len(named) > 1 and not all(names[0] in n for n in names):
            told = [f for f in facts if story.main(f)] or list(named.values())
            out.append(_conflict("site-inconsistent", "The primary tumour is placed at different sites.", told, [item]))
        sides = {f.value["laterality"]: f for f in reversed(facts) if f.value.get("laterality") in ("left", "right")}
        if len(sides) > 1:
            out.append(
                _conflict(
                    "laterality-inconsistent",
                    "The primary tumour is placed on both sides.",
                    list(sides.values()),
                    [item],
                )
            )
    return out


def _site(story: Story, fact: Fact) -> str:
    implied = story.context.terms.attr(fact.concept, "site")
    # the skin is everywhere: "Merkel cell carcinoma", "of the forearm"
    return fact.value.get("site") or (f"sites/{implied}" if implied and implied != "skin" else "")


def response(story: Story, case: Case) -> list[Conflict]:
    """Report lesions that shrink while others grow, and a stable disease that is described as growing."""
    out: list[Conflict] = []
    facts = story.of("response")
    stable = [f for f in facts if f.value["response"] == "SD"]
    grown = [f for f in facts if f.value["response"] in ("increase", "PD") and f.value.get("described")]
    for f in facts:
        if f.value["response"] == "mixed" and f.value.get("described"):
            out.append(_conflict("response-mixed", "Some lesions shrank while others grew.", [f, *stable[-1:]]))
    if stable and grown:
        out.append(
            _conflict(
                "response-inconsistent", "Stable disease is stated, and growth is described.", [stable[-1], *grown]
            )
        )
    return out


def _conflict(code: str, message: str, facts: list[Fact], items: list[Item] | None = None) -> Conflict:
    return Conflict(code, message, [Span(f.start, f.end) for f in facts], [i.key for i in items or []])


RULES = (stage, site, response)
