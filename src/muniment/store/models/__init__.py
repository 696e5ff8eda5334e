"""All tables of the program, one file a noun."""

from muniment.store.models.agency import Agency, Line
from muniment.store.models.candidate import Candidate, CandidateRecord, SystemReply, Verdict
from muniment.store.models.ceiling import Asked, CeilingRaise
from muniment.store.models.change import AccountChange, AgencyChange, Change
from muniment.store.models.delivery import Call, Delivery
from muniment.store.models.finding import Finding
from muniment.store.models.identity import Identity
from muniment.store.models.inquiry import Inquiry
from muniment.store.models.installation import Installation
from muniment.store.models.ledger import LedgerEntry
from muniment.store.models.message import Message
from muniment.store.models.note import Note, Supplement
from muniment.store.models.response import Determination, Draft, Response
from muniment.store.models.system import SystemSwitch
from muniment.store.models.user import User
from muniment.store.models.work import Work
from muniment.store.models.world import WorldPerson, WorldRecord

__all__ = [
    "AccountChange",
    "Agency",
    "AgencyChange",
    "Asked",
    "Call",
    "Candidate",
    "CandidateRecord",
    "CeilingRaise",
    "Change",
    "Delivery",
    "Determination",
    "Draft",
    "Finding",
    "Identity",
    "Inquiry",
    "Installation",
    "LedgerEntry",
    "Line",
    "Message",
    "Note",
    "Response",
    "Supplement",
    "SystemReply",
    "SystemSwitch",
    "User",
    "Verdict",
    "Work",
    "WorldPerson",
    "WorldRecord",
]
