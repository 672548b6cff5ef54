"""Trains one student of the set-up, and its teacher first where it has one:

    python train.py --student KEY --seed N

Set-up, images and splits are those that Condenser exported: setup.json, images.npy, splits/*.csv. Starting weights,
order of images and augmentation come from PyTorch's generator, so numbers agree as two seeds do, not digit by digit.
"""
import argparse
import os

import torch
import torch.nn.functional as F

from condenser_data import SETUP, augment, split
from condenser_lane import Lane, Plain
from condenser_methods import method_of, teacher_of
from condenser_models import build, load, read_safetensors
from condenser_pace import Pace, batches, place, spans, stages_of


def train(lane, name, epochs, device):
    """Trains what a lane has on a split, phase by phase of its method and stage by stage of its networks."""
    images, labels = split(name)
    per_epoch = max(1, len(labels) // SETUP['batchSize'])
    total = per_epoch * epochs
    phases = [phase for phase in lane.phases() if phase[1] > 0]
    networks = [m for roles, _ in lane.groups for role in roles.values() for m in role.modules()]
    marks, choosing = spans([share for _, share, _ in phases], total), [m for m in networks if stages_of(m)]
    stages = choosing[0].stages() if choosing else [(1, False, [])]
    turns = spans([share for share, _, _ in stages], total)
    rates = getattr(lane.method, 'rates', lambda *_: None)
    step, now = 0, (None, None)
    for epoch in range(epochs):
        sums = {}
        for i, rows in enumerate(batches(len(labels), SETUP['batchSize'])):
            before, now = now, (place(marks, step), place(turns, step))
            phase, (start, end), (_, holds, rests) = phases[now[0]], marks[now[0]], stages[now[1]]
            if now[0] != before[0]:
                lane.enter(phase)
            if i == 0:
                lane.epoch(epoch, epochs)
            if now != before:
                for network in choosing:
                    network.turn(now[1])
                learns = lambda role, number, name: lane.learns(phase, role, number, name) and name not in rests
                length = min(end, turns[now[1]][1]) - max(start, turns[now[1]][0])
                pace = Pace(lane.groups, length, learns, holds, rates(lane.params, phase[0]))
            for network in choosing:
                first, last = turns[now[1]]
                network.settle(now[1], (step - first) / (last - first))
            x = augment(images[rows], **SETUP['augmentation']).to(device)
            moment = {'phase': phase[0], 'progress': (step - start) / (end - start),
                      'epoch': (step - start) // per_epoch, 'epochs': max(1, round((end - start) / per_epoch))}
            terms = lane.losses(x, labels[rows].to(device), rows.to(device), moment)
            if choosing:
                terms['selection'] = sum(network.penalty() for network in choosing)
            pace.step(terms, getattr(lane.method, 'combine', None), lane.params)
            lane.after(phase, step - start)
            step += 1
            for key, value in terms.items():
                sums[key] = sums.get(key, 0) + value.item() / per_epoch
        print(f'epoch {epoch + 1}/{epochs}  ' + '  '.join(f'{k} {v:.4f}' for k, v in sums.items()), flush=True)


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
        train(Plain(model, SETUP['teacher']['optimizer']), 'teacher', SETUP['teacher']['epochs'], device)
        torch.save(model.state_dict(), 'teacher.pt')
    model.requires_grad_(False).eval()
    print('teacher', evaluate(model, 'test', device))
    return model


def student_of(key, seed, device):
    """The trained student and its layers beside, and how it answers."""
    student = next(s for s in SETUP['students'] if s['key'] == key)
    frozen = teacher_of(method_of(student['method']['id'])) == 'frozen'
    teacher = teacher_for(device, SETUP['seeds'][0]) if frozen else None
    torch.manual_seed(seed)
    lane = Lane(student, teacher, device)
    train(lane, 'train', SETUP['epochs'], device)
    return lane.students[0], lane.extras, lane.finish()


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
