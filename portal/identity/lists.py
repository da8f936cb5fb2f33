"""The states and union territories with the codes that begin their GSTINs (CBIC's list)."""

from __future__ import annotations

from portal.core.errors import Problem
from portal.core.words import N_
from portal.identity.rules import check_gstin, normal_code

STATES = {
    "35": "Andaman and Nicobar Islands",
    "37": "Andhra Pradesh",
    "12": "Arunachal Pradesh",
    "18": "Assam",
    "10": "Bihar",
    "04": "Chandigarh",
    "22": "Chhattisgarh",
    "26": "Dadra and Nagar Haveli and Daman and Diu",
    "07": "Delhi",
    "30": "Goa",
    "24": "Gujarat",
    "06": "Haryana",
    "02": "Himachal Pradesh",
    "01": "Jammu and Kashmir",
    "20": "Jharkhand",
    "29": "Karnataka",
    "32": "Kerala",
    "38": "Ladakh",
    "31": "Lakshadweep",
    "23": "Madhya Pradesh",
    "27": "Maharashtra",
    "14": "Manipur",
    "17": "Meghalaya",
    "15": "Mizoram",
    "13": "Nagaland",
    "21": "Odisha",
    "97": "Other territory",
    "34": "Puducherry",
    "03": "Punjab",
    "08": "Rajasthan",
    "11": "Sikkim",
    "33": "Tamil Nadu",
    "36": "Telangana",
    "16": "Tripura",
    "09": "Uttar Pradesh",
    "05": "Uttarakhand",
    "19": "West Bengal",
}


def check_gstin_of(text: str, state: str, pan: str) -> Problem | None:
    """A branch's GSTIN: a right one, with the firm's PAN inside, of the branch's own state."""
    problem = check_gstin(text, pan)
    code = normal_code(text)[:2]
    if problem is not None or code == state:
        return problem
    return Problem(
        "gstin_of_another_state",
        N_(
            "The GSTIN begins with %(found)s (%(there)s), but the branch is in %(state)s, whose "
            "GSTINs begin with %(wanted)s. Check both."
        ),
        {
            "found": code,
            "there": STATES.get(code, "–"),
            "state": STATES.get(state, "–"),
            "wanted": state,
        },
    )
