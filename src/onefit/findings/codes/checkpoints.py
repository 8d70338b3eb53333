"""OF4xx: checkpoints that are not kept, or that a training does not go on from."""

from __future__ import annotations

from onefit.findings.codes.code import Code

CHECKPOINTS: dict[str, Code] = {
    "OF401": Code(
        "warning",
        "the training begins anew, because it is no longer the one of the checkpoint",
        "undo the change to go on from the checkpoint; to begin anew, do nothing",
        "A checkpoint is of one training. If the script, the data, the model, the arguments of "
        "`compile` or `fit`, or the versions of the packages have changed since it was written, "
        "going on from it would give numbers that no single training gives. The old checkpoint "
        "stays in its folder until the new training has written its own.",
    ),
    "OF402": Code(
        "warning",
        "a checkpoint is damaged",
        "nothing: the one before it is used; look after the disk if it happens again",
        "Each checkpoint ends with a digest of its content. This one does not fit its digest, so "
        "nothing of it is used. The folder holds the last two checkpoints, at most a few seconds "
        "apart.",
    ),
    "OF403": Code(
        "warning",
        "a checkpoint could not be written",
        "make room on the disk, or name a folder that can be written",
        "The training goes on without. A checkpoint that was written before is still there, and "
        "the next one is tried again a little later.",
    ),
    "OF404": Code(
        "warning",
        "this training keeps no checkpoint of onefit's",
        "see docs/checkpoints.md for what can go on exactly",
        "A training that was interrupted goes on only if it then ends with the numbers of one that "
        "was not. That needs to be known of everything that takes part: of data that can be read "
        "once only, and of a callback that holds an open file, say, it is not known. The training "
        "runs as it would without a checkpoint.",
    ),
    "OF405": Code(
        "warning",
        "another training uses the folder of a backup",
        "give each training a `backup_dir` of its own",
        "Two trainings that write into one folder would go on from each other's numbers. The one "
        "that came second keeps no exact checkpoint.",
    ),
}
