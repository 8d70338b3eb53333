"""Old Keras scripts upgraded to Keras 3, by the rules that `onefit run` translates with.

`rewriting.py` is the walk through a source; `source_call.py` is a call as the rules see it;
`knowledge.py` is what the rules know about a name; `proof.py` runs both and compares. LibCST reads
and writes the source, so that comments and layout stay: docs/design/0051.
"""

from __future__ import annotations

from onefit.scripts.upgrade.upgrade import Upgrade as Upgrade
from onefit.scripts.upgrade.upgrade import upgraded as upgraded
