"""What checks of the exported Python share: steps made of numbers, and cases of golden files."""
import glob
import json
import sys
from types import SimpleNamespace as Record

import torch

from condenser_losses import Extras, Step
from condenser_methods import method_of
from condenser_models import load

FOLDER, GOLDEN = sys.argv[1:3]


def report(name, error):
    print(json.dumps([name, error if error == error else 1e9]), flush=True)


def tensor(values, dtype=torch.float64):
    return torch.tensor(values, dtype=dtype)


def nested(raw, make=tensor):
    """Nested lists as tensors, by the names around them."""
    if isinstance(raw, dict):
        return {key: nested(value, make) for key, value in raw.items()}
    if isinstance(raw, list) and any(isinstance(each, dict) for each in raw):
        return [nested(each, make) for each in raw]
    try:
        return make(raw)
    except (ValueError, TypeError):  # rows of several lengths
        return [nested(each, make) for each in raw]


def flat(numbers):
    return [x for each in numbers for x in flat(each)] if isinstance(numbers, list) else [numbers]


def relative(actual, expected, floor=1e-1):
    actual, expected = torch.as_tensor(actual, dtype=torch.float64), torch.as_tensor(expected, dtype=torch.float64)
    if actual.shape != expected.shape:
        return 1e9
    return ((actual - expected).abs() / expected.abs().clamp(min=floor)).max().item() if actual.numel() else 0


def gradient_error(actual, expected, zero=1e-14):
    """Over the largest entry; a gradient that is 0 everywhere is compared absolutely."""
    expected = tensor(expected)
    largest = expected.abs().max()
    return ((actual - expected).abs().max() / (largest if largest > zero else 1)).item()


def answer(given, end=None):
    """An answer of a network, with zeros for what a case does not have."""
    some = next(iter(given.values()))
    some = next(iter(some.values())) if isinstance(some, dict) else some
    zeros = torch.zeros(len(some), 2, dtype=torch.float64)
    return Record(logits=given.get('logits', zeros), embedding=given.get('embedding', zeros), taps=given.get('taps', {}),
                  normed=None, last_stage=end)


def moment(params, student, teacher=None, labels=None, targets=None, pool=None, classes=None, **more):
    """A step; networks are dicts of what they answer."""
    students = [answer(s) for s in student] if isinstance(student, list) else [answer(student)]
    if labels is None:
        labels = torch.zeros(len(students[0].logits), dtype=torch.long)
    if targets is None and classes is not None:
        targets = torch.nn.functional.one_hot(labels, classes).double()
        if students[0].logits.shape[1] < classes:
            students[0].logits = torch.zeros(len(labels), classes).double()
    if pool is not None and isinstance(pool, dict):
        pool = Record(**{role: answer(pool[role]) for role in ('student', 'teacher')})
    if isinstance(teacher, dict):
        teacher = answer(teacher)
    if teacher is not None and classes is not None and teacher.logits.shape[1] < classes:
        teacher.logits = torch.zeros(len(labels), classes).double()
    params = params if isinstance(params, Record) else Record(**params)
    return Step(params, students, teacher, labels, targets, pool=pool, **more)


def runner(method):
    """Terms of a method for numbers, as golden cases ask for them."""

    def run(params, student, **more):
        return method_of(method).losses(moment(params, student, **more))

    run.params = lambda **values: Record(**values)
    return run


def shapes(given):
    return Record(embedding=given['embedding'].shape[1] if 'embedding' in given else 2, last_stage=None,
                  taps={name: list(tap.shape[1:]) for name, tap in given.get('taps', {}).items()})


def filled(method, params, sides, weights, projector=None):
    """A method's own layers with the weights of a case, by Condenser's names; others stay as they begin."""
    parts = Extras()
    if projector:
        method_of(method).add_projector(parts, 'cap', *projector, True)
    else:
        given = Record(params=Record(**params), classes=2, student=shapes(sides['student']), teacher=shapes(sides['teacher']))
        method_of(method).extras(parts, given)
    parts.double()
    layers = dict(parts.named_modules())
    for name, values in weights.items():
        path, _, kind = name.rpartition('/')
        own = layers.get(path)
        if own is None:
            parts._parameters[name] = values
        else:
            order = {'filter': (3, 2, 0, 1), 'weight': (1, 0)}.get(kind)
            key = {'filter': 'weight', 'scale': 'weight', 'shift': 'bias'}.get(kind, kind)
            own._parameters[key] = values.permute(order) if order else values
    return parts


def golden_file(name):
    path, = [p for p in glob.glob(f'{GOLDEN}/*.json') if p.rpartition('/')[2].split('-', 1)[1] == f'{name}.json']
    with open(path) as file:
        return json.load(file)['cases']


def golden_case(method, case):
    return next({k: tensor(v) for k, v in c['inputs'].items()} for c in golden_file(method) if c['name'] == case)


def loaded(parts, tensors):
    """Fills a method's layers with weights of the page."""
    return load(parts, {name: tensor(v['data'], torch.float32).reshape(v['shape']).numpy() for name, v in tensors.items()},
                '/').double()
