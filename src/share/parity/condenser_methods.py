"""The methods of this folder, one file each in methods/, by Condenser's id.

A file has `losses(step)`, which returns the loss terms by name; the loss is their sum, weights are inside. It may say
more of itself:
- `TEACHER`: 'none', or 'learns' where the teacher trains beside the student; otherwise it is frozen.
- `peers(params)`: number of students that learn together.
- `teachers(given)`: outputs of each teacher of its own, None for the classes; the script's teacher model.
- `POOL`: 'beside' where a batch has images without labels beside it, 'optional' where it may, 'alone' where it is of
  such images; `per(params)`: how many to each image of a batch.
- `extras(parts, given)`: layers of its own, added to an `Extras`.
- `prepare(given)`: what it remembers; `given` is what `Lane.facts` in condenser_lane.py lists.
- `phases(params)`: (name, share of the steps, what trains) in order.
- `begin(phase, given)`: before the first step of a phase; may change extras and memory.
- `learners(params, phase)`: numbers of the students that learn; all where it is None.
- `layers(params, phase)`: what the names of its own layers that learn begin with.
- `rates(params, phase)`: (share of the phase, factor of the learning rate) in place of the schedule, or None.
- `epoch(number, epochs, given)`: before an epoch. `after(phase, step, given)`: after a step of a phase.
- `choose(given)`: after the training, by the validation images.
- `change(step)`: what the networks see instead: sets `images`, `labels`, `targets`.
- `combine(gradients, params)`: what to do with the gradients of the terms instead of adding them up.
- `hook(params, extras)`: what changes the student's inner activations in evaluation.
- `predict(params, extras, answer)`: logits in place of the student's.
- `ONLY`: parameter values that it is written for; `PLAIN`: those with which `losses(step)` is all there is.
- `COURSE = False`: its training does not fit train.py, only its losses are here. The first lines say why.
"""
import importlib


def method_of(name):
    return importlib.import_module('methods.' + name.replace('-', '_'))


def teacher_of(method):
    return getattr(method, 'TEACHER', 'frozen')


def pool_of(method):
    return getattr(method, 'POOL', None)
