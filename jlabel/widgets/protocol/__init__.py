"""The protocol between the browser and the kernel, and the gate that refuses everything else.

Every finished gesture is one message: a JSON object with ``kind``, ``view`` (the id of the view that it was made in; a
screen may have several), ``seq`` (counts up for as long as the view lives), and, where it concerns a page of items,
``page`` (its token). The browser's end is
``widgets/frame/protocol.js``; ``tests/vectors/messages.json`` holds both ends to one list.

=========  =================================================================================================
kind       content
=========  =================================================================================================
cell       ``action`` (accept, alternative, apply, clear, skip, empty) on ``items`` of a page; ``class_id`` or
           ``reason`` with it
command    ``name`` of something without a pointer: submit, undo, redo, previous, next, resume, grid, large, zoom, …
           and the tools of the shape editor; with its fields
view       the stage's ``width`` and ``height`` in CSS pixels, ``ratio`` of device to CSS pixels, and while one
           picture is enlarged its ``zoom``: [scale, x, y], CSS pixels an image pixel and the centre in image pixels;
           in an editor of shapes its ``viewport`` (session/viewport.py); ``take`` where the view becomes the active
           one (widgets/frame/active_view.py)
level      ``brightness`` and ``contrast`` of the pictures, 1 is as they are; in an editor of shapes also ``gamma``, and
           ``invert`` for a negative
select     ``uids`` of the shapes selected
draw       a new ``shape`` of ``class_id`` in image pixels, named ``uid``
change     the ``shape`` that ``uid`` has now
remove     ``uids`` of shapes to delete
=========  =================================================================================================

Cells and commands may have ``seconds`` (time spent on the page) and ``seen_version`` (the last version of suggestions
that was on screen). ``vocabulary.py`` lists every field. What the kernel sends is in ``widgets/frame/state.py``.
"""

from jlabel.widgets.protocol.gate import Message, parse, sender, sequence
from jlabel.widgets.protocol.vocabulary import ACTIONS, COMMANDS, EDITS, KINDS, MESSAGES, Spec

__all__ = ["ACTIONS", "COMMANDS", "EDITS", "KINDS", "MESSAGES", "Message", "Spec", "parse", "sender", "sequence"]
