"""Trains one student of the set-up, and its teacher first where it has one:

    python train.py --student KEY --seed N

Set-up, images and splits are those that Condenser exported: setup.json, images.npy, splits/*.csv. Starting weights,
order of images and augmentation come from PyTorch's generator, so numbers agree as two seeds do, not digit by digit.
"""
import argparse
import math
import os
from types import SimpleNamespace

import torch
import torch.nn.functional as F

from condenser_data import SETUP, Schedule, augment, split
from condenser_losses import Extras, Step
from condenser_methods import method_of, teacher_of
from condenser_models import build, load, read_safetensors

WHOLE = [('main', 1, None)]


def optimizer_of(parameters, o):
    if o['kind'] == 'sgd':
        return torch.optim.SGD(parameters, o['rate'], o['momentum'], weight_decay=o['weightDecay'],
                               nesterov=o['nesterov'] and o['momentum'] > 0)
    kind = torch.optim.Adam if o['kind'] == 'adam' else torch.optim.AdamW
    return kind(parameters, o['rate'], weight_decay=o['weightDecay'])


def batches(count, size):
    """Whole batches of one epoch; a set smaller than a batch is repeated until it fills one."""
    order = torch.randperm(count)
    if count < size:
        yield order.repeat(-(-size // count))[:size]
    for i in range(count // size):
        yield order[i * size:(i + 1) * size]


def spans(shares, total):
    """First step of every part and the step after its last."""
    ends = [math.floor(sum(shares[:i + 1]) / sum(shares) * total + 0.5) for i in range(len(shares))]
    return list(zip([0] + ends, ends))


def place(parts, step):
    return next(i for i, (_, end) in enumerate(parts) if step < end)


def stages_of(network):
    return network.stages() if hasattr(network, 'stages') else []


class Pace:
    """Optimisers of one part of the training; each part starts them anew."""

    def __init__(self, groups, steps, trains, rests, holds, rates):
        self.groups = []
        for roles, o in groups:
            parameters = [p for role, module in roles.items() if trains is None or role in trains
                          for name, p in module.named_parameters() if name.split('.', 1)[1] not in rests]
            if not parameters:
                continue
            optimizer = optimizer_of(parameters, o)
            shape = Schedule({**o, 'schedule': 'constant'} if holds else o, steps)
            if rates:
                shape = lambda step: next((f for until, f in rates if until > step / steps), rates[-1][1])
            self.groups.append((parameters, optimizer, torch.optim.lr_scheduler.LambdaLR(optimizer, shape), o['clip']))
        self.parameters = [p for parameters, *_ in self.groups for p in parameters]

    def step(self, terms, combine, params):
        if combine is None:
            gradients = torch.autograd.grad(sum(terms.values()), self.parameters, allow_unused=True)
        else:
            flat = lambda term: torch.cat([
                (torch.zeros_like(p) if g is None else g).flatten() for p, g in
                zip(self.parameters, torch.autograd.grad(term, self.parameters, retain_graph=True, allow_unused=True))])
            whole = combine({key: flat(term) for key, term in terms.items()}, params)
            parts = whole.split([p.numel() for p in self.parameters])
            gradients = [part.reshape(p.shape) for part, p in zip(parts, self.parameters)]
        for p, gradient in zip(self.parameters, gradients):
            p.grad = gradient
        for parameters, optimizer, schedule, clip in self.groups:
            if clip > 0:
                torch.nn.utils.clip_grad_norm_(parameters, clip)
            optimizer.step()
            schedule.step()


def train(groups, losses, name, epochs, device, method=None, params=None, begin=lambda phase: None):
    """`groups` are (networks by role, optimiser settings); `losses(x, labels, rows, moment)` gives the terms."""
    images, labels = split(name)
    size, phases = SETUP['batchSize'], method.phases(params) if hasattr(method, 'phases') else WHOLE
    per_epoch = max(1, len(labels) // size)
    total = per_epoch * epochs
    phases = [phase for phase in phases if phase[1] > 0]
    networks = [m for roles, _ in groups for role in roles.values() for m in role.modules()]
    marks, choosing = spans([share for _, share, _ in phases], total), [m for m in networks if stages_of(m)]
    stages = choosing[0].stages() if choosing else [(1, False, [])]
    turns = spans([share for share, _, _ in stages], total)
    rates = getattr(method, 'rates', lambda *_: None)
    step, now = 0, (None, None)
    for epoch in range(epochs):
        sums = {}
        for rows in batches(len(labels), size):
            before, now = now, (place(marks, step), place(turns, step))
            phase, (start, end) = phases[now[0]], marks[now[0]]
            if now != before:
                if now[0] != before[0]:
                    begin(phase[0])
                for network in choosing:
                    network.turn(now[1])
                part = min(end, turns[now[1]][1]) - max(start, turns[now[1]][0])
                pace = Pace(groups, part, phase[2], stages[now[1]][2], stages[now[1]][1], rates(params, phase[0]))
            for network in choosing:
                first, last = turns[now[1]]
                network.settle(now[1], (step - first) / (last - first))
            x = augment(images[rows], **SETUP['augmentation']).to(device)
            moment = {'phase': phase[0], 'progress': (step - start) / (end - start),
                      'epoch': (step - start) // per_epoch, 'epochs': max(1, round((end - start) / per_epoch))}
            terms = losses(x, labels[rows].to(device), rows.to(device), moment)
            if choosing:
                terms['selection'] = sum(network.penalty() for network in choosing)
            pace.step(terms, getattr(method, 'combine', None), params)
            step += 1
            for key, value in terms.items():
                sums[key] = sums.get(key, 0) + value.item() / per_epoch
        print(f'epoch {epoch + 1}/{epochs}  ' + '  '.join(f'{k} {v:.4f}' for k, v in sums.items()), flush=True)


@torch.no_grad()
def answers(model, name, device):
    """Logits and embeddings of a whole split, as in evaluation."""
    was, _ = model.training, model.eval()
    parts = [model.answer(x.to(device)) for x in split(name)[0].split(256)]
    model.train(was)
    return SimpleNamespace(logits=torch.cat([a.logits for a in parts]), embedding=torch.cat([a.embedding for a in parts]))


@torch.no_grad()
def evaluate(logits_of, name, device, bins=15):
    images, labels = split(name)
    logits = torch.cat([logits_of(x.to(device)).cpu() for x in images.split(256)])
    top, answer = logits.softmax(1).max(1)
    right = (answer == labels).float()
    cell = (top * bins).long().clamp(max=bins - 1)
    gaps = [((top - right)[cell == i]).sum().abs() for i in range(bins)]
    return {
        'accuracy': right.mean().item(),
        'nll': F.cross_entropy(logits, labels).item(),
        'ece': (sum(gaps) / len(labels)).item(),
    }


def teacher_for(device, seed):
    """The frozen teacher: teacher.safetensors (Condenser's) or teacher.pt if one is there, else trained and kept."""
    torch.manual_seed(seed)
    model = build(SETUP['teacher']['model'], SETUP['image'], SETUP['classes']).to(device)
    if os.path.exists('teacher.safetensors'):
        load(model, read_safetensors('teacher.safetensors')[0])
    elif os.path.exists('teacher.pt'):
        model.load_state_dict(torch.load('teacher.pt', map_location=device))
    else:
        plain = lambda x, y, *_: {'ce': F.cross_entropy(model(x), y)}
        model.train()
        train([({'teacher': torch.nn.ModuleList([model])}, SETUP['teacher']['optimizer'])], plain, 'teacher',
              SETUP['teacher']['epochs'], device)
        torch.save(model.state_dict(), 'teacher.pt')
    model.requires_grad_(False).eval()
    print('teacher', evaluate(model, 'test', device))
    return model


@torch.no_grad()
def shapes_of(model, device):
    """What a method knows of a network before the training; shapes are of one image."""
    was, _ = model.training, model.eval()
    answer = model.answer(torch.zeros(1, *SETUP['image'], device=device))
    model.train(was)
    return SimpleNamespace(embedding=answer.embedding.shape[1], last_stage=answer.last_stage,
                           taps={name: list(tap.shape[1:]) for name, tap in answer.taps.items()})


def on(device, value):
    """Memories on a device; they are tensors, lists of them, or named."""
    if isinstance(value, torch.Tensor):
        return value.to(device)
    if isinstance(value, list):
        return [on(device, each) for each in value]
    return SimpleNamespace(**{k: on(device, v) for k, v in vars(value).items()}) if value is not None else None


def student_of(key, seed, device):
    """The trained student and its layers beside, and how it answers."""
    student = next(s for s in SETUP['students'] if s['key'] == key)
    method, params = method_of(student['method']['id']), SimpleNamespace(**student['method']['params'])
    learns = teacher_of(method) == 'learns'
    teacher = teacher_for(device, SETUP['seeds'][0]) if teacher_of(method) == 'frozen' else None
    torch.manual_seed(seed)
    made = lambda model: build(model, SETUP['image'], SETUP['classes']).to(device).train()
    students = [made(student['model']) for _ in range(method.peers(params) if hasattr(method, 'peers') else 1)]
    if learns:
        teacher = made(SETUP['teacher']['model'])
    given = SimpleNamespace(
        params=params, classes=SETUP['classes'], class_names=SETUP['classNames'], labels=split('train')[1],
        student=shapes_of(students[0], device), teacher=shapes_of(teacher, device) if teacher else None,
        taught=lambda: answers(teacher.cpu(), 'train', 'cpu'), memory=None,
        students=lambda: [answers(s, 'train', device).logits for s in students],
    )
    extras = Extras()
    if hasattr(method, 'extras'):
        method.extras(extras, given)
    extras.to(device).train()
    given.memory = on(device, method.prepare(given)) if hasattr(method, 'prepare') else None
    if teacher:
        teacher.to(device)
    listed = torch.nn.ModuleList
    groups = [({'student': listed(students), 'extras': listed([extras])}, student['optimizer'])]
    if learns:
        groups.append(({'teacher': listed([teacher])}, SETUP['teacher']['optimizer']))

    def losses(x, y, rows, moment):
        step = Step(params, [SimpleNamespace(logits=torch.zeros(len(y), SETUP['classes'], device=device))], None, y,
                    index=rows, images=x, memory=given.memory, extras=extras, kept=SETUP['kept'],
                    noisy_teacher=SETUP['noisyTeacher'], **moment)
        if hasattr(method, 'change'):
            method.change(step)
        with torch.set_grad_enabled(learns):
            step.teacher = teacher.answer(step.images) if teacher else None
        step.students = [s.answer(step.images) for s in students]
        step.forward = lambda images, teacher=False, hook=None: students[0].answer(images, hook)
        return method.losses(step)

    begin = lambda phase: method.begin(phase, given) if hasattr(method, 'begin') else None
    train(groups, losses, 'train', SETUP['epochs'], device, method, params, begin)
    students[0].eval()
    extras.eval()

    def logits_of(x):
        answer = students[0].answer(x)
        return method.predict(params, extras, answer) if hasattr(method, 'predict') else answer.logits

    return students[0], extras, logits_of


def main():
    keys = [s['key'] for s in SETUP['students']]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--student', default=keys[0] if keys else None, choices=keys)
    parser.add_argument('--seed', type=int, default=SETUP['seeds'][0])
    parser.add_argument('--device', default='cuda' if torch.cuda.is_available() else 'cpu')
    args = parser.parse_args()
    if not keys:
        parser.error('No student of this set-up can be trained here; README.txt says why.')
    model, extras, logits_of = student_of(args.student, args.seed, args.device)
    print('student', evaluate(logits_of, 'test', args.device))
    torch.save({'student': model.state_dict(), 'extras': extras.state_dict()}, f'{args.student}-{args.seed}.pt')


if __name__ == '__main__':
    main()
