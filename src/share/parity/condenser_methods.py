"""The methods of this folder, one file each in methods/, by Condenser's id.

A file has `losses(step)`, which returns the loss terms by name; the loss is their sum, weights are inside. It may say
more of itself:
- `TEACHER`: 'none', or 'learns' where the teacher trains beside the student; otherwise it is frozen.
- `peers(params)`: number of students that learn together.
- `extras(parts, given)`: layers of its own, added to an `Extras`.
- `prepare(given)`: what it remembers; `given.labels` and `given.taught()` are those of the training images.
- `phases(params)`: (name, share of the steps, what trains) in order.
- `begin(phase, given)`: before the first step of a phase; may change extras and memory.
- `change(step)`: what the networks see instead: sets `images`, `labels`, `targets`.
- `combine(gradients, params)`: what to do with the gradients of the terms instead of adding them up.
- `predict(params, extras, answer)`: logits in place of the student's.
- `ONLY`: parameter values that it is written for; `PLAIN`: those with which `losses(step)` is all there is.
- `COURSE = False`: its training does not fit train.py, only its losses are here. The first lines say why.
"""
import importlib


def method_of(name):
    return importlib.import_module('methods.' + name.replace('-', '_'))


def teacher_of(method):
    return getattr(method, 'TEACHER', 'frozen')
