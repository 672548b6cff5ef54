"""Trains one student of the set-up, and its teacher first where it has one:

    python train.py --student KEY --seed N

Set-up, images and splits are those that Condenser exported: setup.json, images.npy, splits/*.csv. Starting weights,
order of images and augmentation come from PyTorch's generator, so numbers agree as two seeds do, not digit by digit.
"""
import argparse
import os
from types import SimpleNamespace

import torch
import torch.nn.functional as F

from condenser_data import SETUP, Schedule, augment, split
from condenser_losses import Step
from condenser_methods import LOSSES, NO_TEACHER, PEERS
from condenser_models import build, load, read_safetensors


def optimizer_of(models, o):
    parameters = [p for model in models for p in model.parameters()]
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


def train(groups, losses, name, epochs, device):
    """`groups` are (models, optimiser settings); `losses(images, labels, rows, progress, epoch)` gives the terms."""
    images, labels = split(name)
    size = SETUP['batchSize']
    per_epoch = max(1, len(labels) // size)
    total = per_epoch * epochs
    optimizers = [optimizer_of(models, o) for models, o in groups]
    schedules = [torch.optim.lr_scheduler.LambdaLR(opt, Schedule(o, total))
                 for opt, (_, o) in zip(optimizers, groups)]
    step = 0
    for epoch in range(epochs):
        sums = {}
        for rows in batches(len(labels), size):
            x = augment(images[rows], **SETUP['augmentation']).to(device)
            terms = losses(x, labels[rows].to(device), rows.to(device), step / total, epoch)
            for optimizer in optimizers:
                optimizer.zero_grad()
            sum(terms.values()).backward()
            for optimizer, schedule, (models, o) in zip(optimizers, schedules, groups):
                if o['clip'] > 0:
                    torch.nn.utils.clip_grad_norm_([p for m in models for p in m.parameters()], o['clip'])
                optimizer.step()
                schedule.step()
            step += 1
            for key, value in terms.items():
                sums[key] = sums.get(key, 0) + value.item() / per_epoch
        print(f'epoch {epoch + 1}/{epochs}  ' + '  '.join(f'{k} {v:.4f}' for k, v in sums.items()), flush=True)


@torch.no_grad()
def evaluate(model, name, device, bins=15):
    model.eval()
    images, labels = split(name)
    logits = torch.cat([model(x.to(device)).cpu() for x in images.split(256)])
    top, answer = logits.softmax(1).max(1)
    right = (answer == labels).float()
    cell = (top * bins).long().clamp(max=bins - 1)
    gaps = [((top - right)[cell == i]).sum().abs() for i in range(bins)]
    return {
        'accuracy': right.mean().item(),
        'nll': F.cross_entropy(logits, labels).item(),
        'ece': (sum(gaps) / len(labels)).item(),
    }


def teacher_of(device, seed):
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
        train([([model], SETUP['teacher']['optimizer'])], plain, 'teacher', SETUP['teacher']['epochs'], device)
        torch.save(model.state_dict(), 'teacher.pt')
    print('teacher', evaluate(model, 'test', device))
    return model.requires_grad_(False).eval()


def student_of(key, seed, device):
    student = next(s for s in SETUP['students'] if s['key'] == key)
    method, params = student['method']['id'], SimpleNamespace(**student['method']['params'])
    learns = method == 'bd-kd'
    teacher = None if learns or method in NO_TEACHER else teacher_of(device, SETUP['seeds'][0])
    torch.manual_seed(seed)
    made = lambda model: build(model, SETUP['image'], SETUP['classes']).to(device).train()
    students = [made(student['model']) for _ in range(params.peers if method in PEERS else 1)]
    groups = [(students, student['optimizer'])]
    if learns:
        teacher = made(SETUP['teacher']['model'])
        groups.append(([teacher], SETUP['teacher']['optimizer']))
    memory = torch.zeros(len(split('train')[1]), SETUP['classes'], device=device) if method == 'ps-kd' else None

    def losses(x, y, rows, progress, epoch):
        with torch.set_grad_enabled(learns):
            answer = teacher.answer(x) if teacher is not None else None
        return LOSSES[method](Step(
            params, [s.answer(x) for s in students], answer, y, rows, memory, progress, epoch, SETUP['epochs'],
            SETUP['kept'], SETUP['noisyTeacher'],
        ))

    train(groups, losses, 'train', SETUP['epochs'], device)
    return students[0]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--student', default=SETUP['students'][0]['key'], choices=[s['key'] for s in SETUP['students']])
    parser.add_argument('--seed', type=int, default=SETUP['seeds'][0])
    parser.add_argument('--device', default='cuda' if torch.cuda.is_available() else 'cpu')
    args = parser.parse_args()
    model = student_of(args.student, args.seed, args.device)
    print('student', evaluate(model, 'test', args.device))
    torch.save(model.state_dict(), f'{args.student}-{args.seed}.pt')


if __name__ == '__main__':
    main()
