"""The words between a statement and a date that say whether the date is the statement's."""

from __future__ import annotations

import re

from epicrisis.facts.patterns import stems
from epicrisis.kept import lazy

# each way begins with its letter, so that the engine passes over all others
BREAK = lazy(
    r";(?!\d)|a(?<!\wa)nd\s+(?:then\s+)?to\s+\d|b(?<!\wb)ut\b|t(?<!\wt)hen\b(?!\s*\d)|,\s+now\b|f(?<!\wf)inally\b|s(?<!\ws)ubsequently\b|f(?<!\wf)ollowed\s+by\b|,\s*(?:and\s+)?(?:(?:the|a|an)\s+)?(?=[\w\s-]{0,60}\b(?:was|were|showed|revealed|underwent|received|developed|declined|fell|rose|decreased|increased|dropped|normali[sz]ed|achieved|reached|progressed|improved|remained)\b)"
)

# "was initiated, and PSA declined to 0.3 in 2010"
MEANWHILE = lazy(
    r",\s+and\s+(?:the\s+|his\s+|her\s+)?[\w\s-]{1,40}?\b(?:declined|fell|rose|decreased|increased|dropped|normali[sz]ed|achieved|reached|progressed|improved|remained|showed|revealed|disappeared)\b"
)

NEW_CLAUSE = lazy(
    r"\b(?:and|but|then)\s+(?:the|a|an|he|she)\s+[\w/ -]{2,40}?\s(?:was|were|received|underwent)\b|;(?!\d)|\bbut\b|\bfollowed\s+by\b|,\s*(?:with\s+)?(?:the\s+)?dose\s+(?:was\s+)?(?:reduc|escalat|increas)|\band\s+(?:was\s+|were\s+)?(?:later\s+|then\s+|subsequently\s+)?(?:reduced|stopped|discontinued|increased|switched|changed|held|escalated|interrupted)\b",
    re.I,
)

HISTORY = lazy(
    r"\b(?:h/o|histor(?:y|ies)|antecedents?|previous(?:ly)?|prior(?!\s+to)|status[\s-]post|s/p|in\s+the\s+past|remote|comorbidit(?:y|ies)|had\s+(?:previously\s+|already\s+|also\s+)?(?:undergone|been\s+(?:treated|operated|excised|resected|vaccinated)))\b",
    re.I,
)
HISTORY_STEMS = stems(
    "history histories antecedents previously prior status in remote comorbidity comorbidities had s h"
)
POST = lazy(r"\b(?:s/p|status[\s-]post)\b(?!.*\b(?:h/o|history|prior|previous|PMH))", re.I)
HAPPENED = lazy(
    r"\b(?:p/w|c/o|presented|presents|was\s+(?!treated|excised|resected|operated|diagnosed)|were|is|underwent|showed|revealed|noticed|noted|developed|visited|came|complained|admitted|referred|received|began|started)\b",
    re.I,
)
HAPPENED_STEMS = stems(
    "presented presents was were is underwent showed revealed noticed noted developed visited came complained admitted"
    " referred received began started p c"
)
# "He had been diagnosed with colon cancer in 2011": looks back from the date told before
HAD_BEEN = lazy(
    r"\bhad\s+(?:(?:previously|already|also|\w+ly)\s+)?(?:been\s+(?:diagnosed|treated|found|given|operated|started|removed|resected|excised|biopsied|seen|noted|placed|implanted|performed)|undergone|received)\b",
    re.I,
)
HAD = lazy(r"\bhad\b", re.I)
HAD_BEEN_STEMS = stems("had")
# "apart from a fibroadenoma that was biopsied in 2017": a date of something beside the story
THAT_WAS = lazy(r"\b(?:that|which)\s+(?:was|were|had\s+been)\s+(?:\w+ly\s+)?\w+\s+(?:in|on)\s+\Z", re.I)
THAT_WAS_STEMS = stems("that which")
DIED = lazy(r"\b(?:died|death\s+occurred|passed\s+away|expired|succumbed)\b", re.I)
DIED_STEMS = stems("died death passed expired succumbed")
CAME = lazy(
    r"\b(?:presented|presents|was\s+(?:admitted|referred|seen|hospitali[sz]ed)|visited|came|consulted|attended|complained)\b",
    re.I,
)
CAME_STEMS = stems("presented presents was visited came consulted attended complained")
COMPLICATED = lazy(r"\b(?:complicated\s+by|c/b)\b", re.I)
# "7+3 on 22 January f/b CR1"
LEADS_TO = lazy(r"\)?\s*(?:f/b|followed\s+by|[-=]+>|→|with\s+subsequent)\s")
PRESENTLY = lazy(
    r"\b(?:remains|ha[sd]\s+had\s+no|continues\s+(?:to|in)|is\s+(?:now|currently|still|presently)|now\s+is|currently)\b|[,;)]\s*now\s+\Z",
    re.I,
)
DISCHARGED = lazy(r"\bdischarged\s+(?:[\w-]+\s+){0,2}?(?:on|in)\s+\Z", re.I)
WHEN = lazy(r"\s*,?\s*when\b")  # "until June 2017, when CT revealed"
NAMED_ACT = lazy(
    r"\W{0,3}(?:the\s+|her\s+|his\s+|initial\s+|first\s+|radical\s+|total\s+|partial\s+){0,3}([a-z]+(?:ectomy|plasty|otomy|transplantation|transplant))\b",
    re.I,
)
PAST_TITLE = lazy(
    r"(?:(?:medical|personal|past|surgical)\s+)?antecedents?|(?:past|previous|background)\s+(?:medical\s+|surgical\s+)?history|(?:previous|prior|past)\s+(?:therap(?:y|ies)|treatments?|chemotherapy)|treatment\s+history|pmhx?|(?:medical|surgical)\s+history|history\s+of\s+past\s+illness(?:es)?",
    re.I,
)
FORMERLY = lazy(
    r"\((?:prev(?:ious(?:ly)?|\.)?|prior|before|formerly|vs\.?|baseline|compared|nadir|peak|highest|lowest|last)\b[^()]*\Z"
    r"|\((?:it\s+)?(?:was|were|had\s+been|(?:up\s+|down\s+)?from)\s+(?:[<>~]?\s?\d|normal|elevated|negative|positive|stable)[^()]*\Z"  # "PSA 412 (was 655 on"
    r"|\([<>~]?\d[\d.,]*\s?[\w/%²³µ]{0,12}\s(?:in|on)\s(?:early\s|late\s|mid-?\s?)?\Z"  # "68.4 kg (74 kg in"
    r"|\b(?:since|than|compared\s+(?:with|to))\s+(?:in\s+)?(?:the\s+|an?\s+|his\s+|her\s+)?(?:CT|MRI|PET\S*|scans?|imaging|examination|previous|prior|last|first|initial|baseline)\b[^,;()]*\Z"
    r"|,\s*(?:down|up|compared|versus|vs\.?|previously)\s+(?:from|to|with)?\b[^();]*\Z",  # "34 kU/L, down from 210 kU/L in"
    re.I,
)
# "has risen from 4.2 in April to 11.8"
ROSE_FROM = lazy(
    r"\b(?:risen|fallen|rose|fell|increased|decreased|dropped|declined|climbed|up|down)\s+from\s+[<>~]?\d[\d.,]*\s?[\w/%²³µ]{0,12}\s(?:in|on)\s(?:early\s|late\s|mid-?\s?)?\Z",
    re.I,
)
_RIGHT_BEHIND = r"\s?[,:(]?\s?(?:(?:dx(?:'?d|ed)?|diagnosed)\s)?(?:(?:in|on)\s)?"
RIGHT_BEHIND = lazy(_RIGHT_BEHIND, re.I)
# "bone and liver metastases March 2019"
AND_OTHERS = lazy(
    r"(?:\s?(?:,|/|&|\band\b)\s?(?:and\s)?[\w-]+){1,4}\s(?:metasta\w+|mets|recurrences?)"
    + _RIGHT_BEHIND
    # "mets to lung and T8 diagnosed 8/2020"
    + r"|(?:\s?(?:,|/|&|\band\b)\s?(?:and\s)?[\w-]+){1,4}\s(?:dx(?:'?d|ed)?|diagnosed|found|noted)\s(?:(?:in|on)\s)?",
    re.I,
)
# "a complete response, which is ongoing as of March 2023": was seen before
STILL = lazy(
    r"\b(?:ongoing|maintained|sustained|persist\w+|durable|lasting|continu\w+|remain\w*|still)\b[^.;]{0,30}?\b(?:as\s+of|at|in|until|till|to)\s+\Z",
    re.I,
)
BEST = lazy(r"\bbest\s+(?:overall\s+|objective\s+)?(?:response)?\s*(?:was|of|:|being)?\s*\Z", re.I)
UNTIL = lazy(r"\b(?:until|till|through|up\s+to)\s+(?:early\s+|late\s+|mid-?\s?)?\Z", re.I)
# "watch and wait until 2013": the end of that, and not of what is told next
UP_TO = lazy(
    r"\s*(?:\([^()]*\)\s*)?,?\s*(?:(?:was|were)\s+)?(?:continued\s+|given\s+|maintained\s+)?(?:until|till|through|up\s+to)\s+(?:early\s+|late\s+|mid-?\s?)?",
    re.I,
)
EVALUATED = lazy(
    r"\b(?:show\w+|reveal\w+|demonstrat\w+|confirm\w+|document\w+|CT|MRI|PET\S*|scans?|imaging|evaluat\w+|assess\w+|re-?staging|biops\w+|marrow)\b",
    re.I,
)
# "on 15 January after bridging with polatuzumab": what stands behind the "after" was before the day
PRECEDED = lazy(r"\b(?:after|following)\s+(?:(?!(?:he|she|they|which|who|was|were|had)\b)[\w/+-]+\s+){0,6}?\Z", re.I)
PRECEDED_LIST = lazy(
    r"\b(?:after|following)\s+(?:(?!(?:he|she|they|which|who|was|were|had)\b)[\w/+-]+,?\s+){0,8}?\Z", re.I
)
AFTER_STEMS = stems("after following")
FINITE = lazy(r"\b(?:was|were|is|had|has|received|underwent|started|began|showed|revealed)\b", re.I)
LEADING = lazy(r"\s?[:–-]\s")
# "metastases, which had been present since June 2019"
THERE_SINCE = lazy(
    r"\b(?:which|that|known|present|existing)\s[^.;]{0,40}?\bsince\s+(?:about\s+|around\s+|early\s+|late\s+|mid[\s-])?\Z",
    re.I,
)
SINCE = lazy(r"\bsince\s+(?:about\s+|around\s+|early\s+|late\s+)?\Z", re.I)
OPERATED = lazy(
    r"[^.,;]{0,12}?\b(?:surg|operat|resect|\w*ectomy|transplant|procedure|(?:allo|auto)?-?(?:HSCT|SCT|ASCT|BMT)\b)",
    re.I,
)
AFTER = lazy(r"(?:after|following|within)\b", re.I)
DIAGNOSED_WITH = lazy(r"\bdiagnosed\s(?:in|on)\s[\w\s,./-]{4,20}?\swith\s", re.I)
ENDS_ITEM = lazy(
    r"\)?(?:\s+for\s+(?:an?\s+)?[\w-]+(?:\s[\w-]+)?)?\s*,(?!\s*(?:including|with|comprising|consisting|she|he|the\s+patient|a|an|the)\b)[^.;]*\Z"
)
# told of a tumour by the words before its name: "stage IIA cancer diagnosed in 2012"
OF_THE_NOUN = ("stage", "grade", "marker", "tumor_size", "genomic")
FOUND = ("lab", "marker", "response", "imaging", "test", "symptom", "adverse_event", "metastasis", "recurrence")
HARM = ("adverse_event", "symptom", "diagnosis")
GONE_ON = lazy(
    r"\b(?:after|following)\s+(?:the\s+)?(?:[\w-]+\s+){0,2}?(?:cycles?|courses?|doses?|months?|weeks?|days?|years?)\b",
    re.I,
)
# "partial response after the third cycle"
AFTER_CYCLES = lazy(
    r"[\s,]*(?:(?:was|were)\s+(?:seen|achieved|noted|observed|documented|obtained)\s+)?(?:after|following)\s+(?:the\s+)?(?:[\w-]+\s+){0,2}?(?:cycles?|courses?|doses?|infusions?|injections?)\b",
    re.I,
)
# "switched in 2017 for arthralgia and finished therapy in 2020"
AND_DID = lazy(
    r"\band\s+(?:then\s+|was\s+|has\s+|had\s+)?(?:finished|completed|stopped|ended|discontinued|received|underwent|started|resumed|restarted|reduced|switched|changed|increased)\b",
    re.I,
)
# "and FOLFOX was begun in May": the day is the treatment's
WAS_BEGUN = lazy(
    r"\b(?:was|were)\s+(?:then\s+|therefore\s+|subsequently\s+)?(?:begun|started|initiated|commenced|given|administered|added|resumed|performed)\b",
    re.I,
)
# "A was stopped, B was continued until"
LEFT_OFF = lazy(
    r"\b(?:stopped|discontinued|omitted|dropped|withdrawn|ceased|terminated|left\s+out|removed)\b|\bwithout\s+\Z", re.I
)
WENT_ON = lazy(r"\b(?:continued|maintained|carried\s+on|went\s+on|given|resumed)\b", re.I)
# "by June 2016 his PSA had fallen under abiraterone": neither its beginning nor its end
BY = lazy(r"\bby\s+(?:the\s+end\s+of\s+|early\s+|late\s+|mid[\s-])?\Z", re.I)
# what follows is another treatment, and not of the time told for the one before
NEXT_ONE = lazy(
    r"\bfollowed\s+by\b|\bafter\s+which\b|(?:\band|,)\s+then\b(?!\s*\d)|(?<=\d)\s+then\s+(?!\d|\w+ed\b|began\b|underwent\b|given\b|was\b|were\b)|\bthereafter\b",
    re.I,
)
