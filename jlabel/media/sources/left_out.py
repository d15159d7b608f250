"""What a listing leaves out, to be said: files of other kinds, links to nothing, what is no file."""

import errno
import os
import stat
from collections import Counter
from dataclasses import dataclass, field

from jlabel.media.decoders.table import extensions

NOWHERE = {errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG}
"""What systems answer for a path at which nothing is. Any other error may be over at the next listing."""
_MOST = 5
"""Endings in a sentence."""


@dataclass
class LeftOut:
    """Counts of what is left out of one or several listings.

    Attributes:
        endings: files that match the pattern and are no pictures, by the endings of their names, in lower case.
        links: links to nothing or to themselves whose names are pictures'.
        special: pipes, sockets and devices whose names are pictures'.
    """

    endings: Counter[str] = field(default_factory=Counter)
    links: int = 0
    special: int = 0

    @property
    def sentence(self) -> str:
        """What was left out, in words; ``""`` for nothing."""
        said = []
        if self.endings:
            kinds = ", ".join(
                f"{count} {ending or 'without ending'}" for ending, count in self.endings.most_common(_MOST)
            )
            more = " and others" if len(self.endings) > _MOST else ""
            said.append(f"{_files(self.endings.total())} of other kinds ({kinds}{more})")
        if self.links:
            said.append(f"{self.links} {'link' if self.links == 1 else 'links'} to nothing")
        if self.special:
            said.append(f"{self.special} of pipes, sockets and devices")
        return f"Left out: {'; '.join(said)}. jlabel lists {', '.join(extensions())}." if said else ""

    def stat(self, path: str) -> os.stat_result | None:
        """Return the stat of a regular file; ``None`` for another, which is counted, and for one that is gone.

        Raises:
            OSError: it cannot be looked at now: it may be there, and must not be taken for gone.
        """
        try:
            found = os.stat(path)  # noqa: PTH116 -- half a million of them
        except OSError as error:
            if error.errno not in NOWHERE:
                raise
            self.links += os.path.islink(path)  # noqa: PTH114 -- else it is gone since its folder was read
            return None
        if not stat.S_ISREG(found.st_mode):
            self.special += 1
            return None
        return found


def _files(count: int) -> str:
    return f"{count:,} file{'' if count == 1 else 's'}"
