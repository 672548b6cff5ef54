"""Holds the exported Python files to reference values. Prints a line of JSON per check: [name, error]."""
import contextlib
import importlib.util
import io
import json
import os
import sys
from types import SimpleNamespace as Record

import torch

torch.set_num_threads(1)
HERE = os.path.dirname(os.path.abspath(__file__))
os.chdir(sys.argv[1])
sys.path[:0] = [sys.argv[1], HERE]

from condenser_losses import Extras
from condenser_methods import method_of
from condenser_models import build, load, read_safetensors
from parity_configs import check_configs
from parity_kit import (
    answer, flat, golden_file, gradient_error, loaded, moment, nested, relative, report, runner, shapes, tensor,
)


def golden_of(name):
    spec = importlib.util.spec_from_file_location('golden_' + name.replace('-', '_'), f'{HERE}/torch/{name}.py')
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.golden


def matches(name, actual, expected):
    """Reports every number, through names and lists."""
    if isinstance(actual, dict):
        return [matches(f'{name}/{key}', value, expected[key]) for key, value in actual.items()]
    if isinstance(actual, list):
        return [matches(f'{name}/{i}', *pair) for i, pair in enumerate(zip(actual, expected))]
    return report(name, relative(actual.detach().flatten(), flat(expected)))


def check_golden(name):
    golden, run = golden_of(name), runner(name)
    for case in golden_file(name):
        leaf = lambda raw: tensor(raw).requires_grad_()
        x = {k: nested(v, leaf) for k, v in case['inputs'].items() if k != 'y'}
        y = torch.tensor(case['inputs']['y']) if 'y' in case['inputs'] else None
        found = golden(Record(**case), x, y, case['params'], run)
        wanted = {key: value for key, value in found.items() if key in case['expected']}
        for key, value in wanted.items():
            label = f'{name}/{case["name"]}/{key}'
            if isinstance(value, tuple):
                gradient, = torch.autograd.grad(value[0], x[value[1]], retain_graph=True)
                report(label, gradient_error(gradient if len(value) < 3 else gradient[value[2]], case['expected'][key]))
            else:
                matches(label, value, case['expected'][key])
        for key, expected in case['expected'].items():
            if key.startswith('grad_') and key not in found and key[5:] in x and 'loss' in found:
                gradient, = torch.autograd.grad(found['loss'], x[key[5:]], retain_graph=True, allow_unused=True)
                gradient = torch.zeros_like(x[key[5:]]) if gradient is None else gradient
                report(f'{name}/{case["name"]}/{key}', gradient_error(gradient, expected))


def rerun(known, rows, hook):
    """A network that is known by one answer, run again: the answer moved by the mean of what hooks make of its taps."""
    repeat = lambda v: v.repeat(-(-rows // len(v)), *[1] * (v.dim() - 1))[:rows]
    moved, taps = torch.zeros(rows, 1).double(), {}
    for name, tap in known.taps.items():
        before = repeat(tap)
        taps[name] = before if hook is None else hook(name, before)
        moved = moved + (taps[name] - before).flatten(1).mean(1, keepdim=True)
    return Record(logits=repeat(known.logits) + moved, embedding=repeat(known.embedding) + moved, taps=taps,
                  normed=None, last_stage=None)


def memory_of(raw):
    if isinstance(raw, dict):
        return Record(**{key: memory_of(value) for key, value in raw.items()})
    if isinstance(raw, list) and (not raw or not isinstance(raw[0][0], (int, float))):
        return [memory_of(each) for each in raw]
    return None if raw is None else tensor(raw)


def floats(raw):
    """Numbers that may be missing."""
    return torch.tensor([[float('nan') if x is None else x for x in row] for row in raw])


def leaves(given):
    return [given['logits'], given['embedding'], *given['taps'].values()]


def check_terms(case):
    """The terms of the page's own code for the same answers, and the gradients of their sum."""
    name, method = case['name'], method_of(case['method'])
    networks = [nested(s, lambda raw: tensor(raw).requires_grad_()) for s in case['students'] + case['teachers']]
    students, own = networks[:len(case['students'])], networks[len(case['students']):]
    teacher, pool = (nested(case[key]) if key in case else None for key in ('teacher', 'pool'))
    labels = torch.tensor(case['labels'])
    if teacher is not None:
        weight = tensor(case['end'])
        end = lambda x: torch.relu(torch.nn.functional.avg_pool2d(x.permute(0, 3, 1, 2), 2).permute(0, 2, 3, 1) @ weight)
        teacher = answer(teacher, end if 'end' in case else None)
    if pool is not None:
        pool = Record(images=pool['images'], index=pool['index'].long(), **{role: answer(pool[role]) for role in ('student', 'teacher')})
    given = Record(params=Record(**case['params']), classes=case['classes'], labels=torch.tensor(case['trained']),
                   class_names=case['classNames'], student=shapes(students[0]),
                   pool=None if pool is None else len(pool.images), uniform=lambda name, n: tensor(case['lots'][name]),
                   numbers=lambda: Record(**nested(case['numbers'], floats)),
                   attributes=lambda: {key: torch.tensor(values) for key, values in case['attributes'].items()},
                   groups=case['groups'],
                   tasks=lambda: [Record(**{**task, 'labels': torch.tensor(task['labels'])}) for task in case['tasks']],
                   teacher=None if teacher is None else Record(
                       embedding=teacher.embedding.shape[1], last_stage=teacher.last_stage,
                       taps={key: list(tap.shape[1:]) for key, tap in teacher.taps.items()}),
                   taught=lambda: Record(**nested(case['taught'])))
    parts = Extras()
    if hasattr(method, 'extras'):
        method.extras(parts, given)
        loaded(parts, {key: value for key, value in case['extras'].items() if key in names(parts)})
    memory = memory_of(case.get('memory'))
    if hasattr(method, 'prepare'):
        made = method.prepare(given)
        check_memory(f'{name}/memory', made, memory, case['exact'])
        if isinstance(made, Record):  # what there is none of
            memory = Record(**{**dict.fromkeys(vars(made)), **vars(memory)})
    step = moment(given.params, students, teacher, labels, tensor(case['targets']), pool, extras=parts, memory=memory,
                  teachers=[answer(each) for each in own],
                  images=tensor(case['images']), index=torch.tensor(case['index']),
                  draws={key: tensor(value) for key, value in case['draws'].items()},
                  **{key: case[key] for key in ('phase', 'progress', 'epoch', 'epochs')}, **case['regime'])
    step.forward = lambda images, teacher=None, hook=None: rerun(
        step.students[0] if teacher is None else step.teacher if teacher is True else step.teachers[teacher],
        len(images), hook)
    terms = method.losses(step)
    if sorted(terms) != sorted(case['terms']):
        return report(f'{name}/terms', 1e9)
    for key, expected in case['terms'].items():
        report(f'{name}/{key}', relative(torch.as_tensor(terms[key]).detach(), expected))
    inputs = [x for network in networks for x in leaves(network)]
    whole = sum(terms.values())
    found = torch.autograd.grad(whole, inputs, allow_unused=True) if whole.requires_grad else [None] * len(inputs)
    for i, (x, gradient, expected) in enumerate(zip(inputs, found, case['gradients'])):
        gradient = torch.zeros_like(x) if gradient is None else gradient
        # To 1e-4 of the largest entry; what is below 1e-5 is rounding of float32.
        report(f'{name}/gradient {i}', gradient_error(gradient.flatten(), expected, 1e-5) / 10)


def names(parts):
    """The page's names of all weights of these layers."""
    kinds = {'weight': ('filter', 'weight', 'scale'), 'bias': ('bias', 'shift'), 'running_mean': ('mean',),
             'running_var': ('variance',)}
    found = set()
    for key in parts.state_dict():
        layer, _, kind = key.rpartition('.')
        found |= {f'{layer}/{each}' for each in kinds.get(kind, ())} if layer else {key}
    return found


def check_memory(name, made, known, exact):
    """What is made before the training has the page's form, and its numbers where nothing is drawn."""
    if isinstance(made, Record):
        for key, value in vars(made).items():
            check_memory(f'{name} {key}', value, getattr(known, key, None), exact)
    elif isinstance(made, torch.Tensor) and exact:
        report(name, relative(made, known[:len(made)]))
    elif isinstance(made, torch.Tensor):
        report(name, 0 if made.shape == known.shape else 1e9)


def check_change(case):
    """What the networks are made to see."""
    step = moment(case['params'], {'logits': torch.zeros(len(case['labels']), len(case['targets'][0]))},
                  labels=torch.tensor(case['labels']), targets=tensor(case['targets']), images=tensor(case['images']),
                  draws={key: tensor(value) for key, value in case['draws'].items()}, phase=case['phase'])
    method_of(case['method']).change(step)
    for key, expected in case['expected'].items():
        report(f'{case["name"]} sees {key}', relative(getattr(step, key), expected))


def check_model(case):
    tensors, about = read_safetensors(case['file'])
    model = load(build(json.loads(about['model']), json.loads(about['image']), case['classes']), tensors).eval()
    x = torch.tensor(case['pixels'], dtype=torch.float32).reshape(case['shape'])
    x = (x - torch.tensor(json.loads(about['mean']))) / torch.tensor(json.loads(about['std']))
    with torch.no_grad():
        result = model.answer(x)
        if result.last_stage is not None:
            before = list(result.taps.values())[-2]
            report(f'{case["name"]}/last stage', (result.last_stage(before) - result.normed).abs().max().item())
    expected = tensor(case['logits']).reshape(result.logits.shape)
    scale = expected.abs().max().clamp(min=1)
    report(f'{case["name"]}/logits', ((result.logits - expected).abs().max() / scale).item())
    for name, values in case['taps'].items():
        tap = tensor(values['data']).reshape(values['shape'])
        wrong = result.taps[name].shape != tap.shape
        report(f'{case["name"]}/{name}', 1e9 if wrong else
               ((result.taps[name] - tap).abs().max() / tap.abs().max().clamp(min=1)).item())


def check_training(students):
    import train

    for key in students:
        sys.argv = ['train.py', '--student', key, '--device', 'cpu']
        with contextlib.redirect_stdout(io.StringIO()) as out:
            train.main()
        lines = [line.split() for line in out.getvalue().splitlines() if line.startswith('epoch')]
        losses = [sum(float(value) for value in line[3::2]) for line in lines[-train.SETUP['epochs']:]]
        student = next(s for s in train.SETUP['students'] if s['key'] == key)
        # A loss of several parts need not fall from one to the next.
        parts = hasattr(method_of(student['method']['id']), 'phases') or 'selection' in student['model']['params']
        falls = all(abs(loss) < 1e6 for loss in losses) and (parts or losses[-1] < losses[0])
        fine = falls and os.path.exists(f'{key}-1.pt')
        report(f'{key} trains', 0 if fine else 1e9)


with open('checks.json') as file:
    checks = json.load(file)
for kind, check in (('golden', check_golden), ('terms', check_terms), ('changes', check_change), ('models', check_model)):
    for each in checks[kind]:
        check(each)
check_training(checks['training'])
check_configs(checks['configs'])
