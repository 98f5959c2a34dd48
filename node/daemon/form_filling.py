"""A form as a client writes it, made the form that is sent, or refused with the field and what may stand there."""

from node.api.faults import FaultCode, refused
from node.api.forms import FilledForm
from node.daemon.form_names import StationNames
from node.daemon.showing import Showing
from protocol.codec import TEXT_BYTES_MAX
from protocol.forms.filling import ENTRIES_MAX, SHOWN_CHARACTERS_MAX, FormMistake, filled
from protocol.forms.packing import Form
from protocol.forms.schema import named


def form_of(showing: Showing, written: FilledForm) -> Form:
    """The form that was written; on the store's thread.

    Raises:
        Refused: there is no such form, or what was written is none.
    """
    schema = named(showing.here.forms.schemas, written.name)
    if schema is None:
        raise refused(FaultCode.FORM_UNKNOWN, written.name[:SHOWN_CHARACTERS_MAX])
    if len(written.entries) > ENTRIES_MAX or sum(len(one.value) for one in written.entries) > TEXT_BYTES_MAX:
        raise refused(FaultCode.BAD_REQUEST, f"form: at most {ENTRIES_MAX} entries, {TEXT_BYTES_MAX} characters")
    names = StationNames(showing.here, showing.clock.utc_ms)
    entries = [(one.name, one.value) for one in written.entries]
    try:
        return filled(schema, entries, names)
    except FormMistake as mistake:
        raise refused(FaultCode(f"form_{mistake.problem}"), mistake.detail(entries)) from None
