"""What one student trains with: peers, teachers, the method's own layers, and images without labels."""
import contextlib
import math
from types import SimpleNamespace

import torch
import torch.nn.functional as F

from condenser_data import SETUP, attributes, augment, numbers, pool_size, rows_of, split, tasks
from condenser_losses import Extras, Step
from condenser_methods import method_of, pool_of, teacher_of
from condenser_models import BatchNorm, build
from condenser_pace import endless


@torch.no_grad()
def asked(model, name, device, read):
    """What `read` makes of a network's answers to a whole split, as in evaluation."""
    was, _ = model.training, model.eval()
    parts = [read(model.answer(x.to(device))) for x in split(name)[0].split(256)]
    model.train(was)
    return torch.cat(parts)


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


class Asked:
    """An answer of a network that is asked when it is first read."""

    def __init__(self, ask):
        self.ask = ask

    def __getattr__(self, name):
        vars(self).update(vars(self.ask()))
        return vars(self)[name]


def part(answer, start, end):
    """An answer to some of the images."""
    cut = lambda x: None if x is None else x[start:end]
    return SimpleNamespace(logits=cut(answer.logits), embedding=cut(answer.embedding), normed=cut(answer.normed),
                           taps={name: cut(tap) for name, tap in answer.taps.items()}, last_stage=answer.last_stage)


@contextlib.contextmanager
def still(network):
    """Leaves the statistics of batch norms alone."""
    norms = [module for module in network.modules() if isinstance(module, BatchNorm)]
    before = [norm.momentum for norm in norms]
    for norm in norms:
        norm.momentum = 0
    yield
    for norm, momentum in zip(norms, before):
        norm.momentum = momentum


class Passes:
    """The passes of one step: equal ones are made once, and only the first of a network moves its statistics."""

    def __init__(self):
        self.made = []

    def __call__(self, network, images, hook=None):
        known = [made for made in self.made if made[0] is network]
        for _, seen, by, answer in known:
            if seen is images and by is hook:
                return answer
        with still(network) if known else contextlib.nullcontext():
            answer = network.answer(images, hook)
        self.made.append((network, images, hook, answer))
        return answer


class Plain:
    """A network that learns the labels of its images."""

    method = params = None

    def __init__(self, network, optimizer):
        self.network = network.train()
        self.groups = [({'teacher': torch.nn.ModuleList([network])}, optimizer)]

    def phases(self):
        return [('main', 1, None)]

    def learns(self, phase, role, number, name=''):
        return True

    def enter(self, phase):
        """Before the first step of a phase."""

    def epoch(self, number, epochs):
        """Before the first step of an epoch, over all phases."""

    def after(self, phase, step):
        """After a step of a phase."""

    def losses(self, x, labels, rows, moment):
        return {'ce': F.cross_entropy(self.network(x), labels)}


class Lane(Plain):
    """A student with all that its method asks for."""

    def __init__(self, student, frozen, device):
        self.method, self.params = method_of(student['method']['id']), SimpleNamespace(**student['method']['params'])
        self.device, self.frozen, model = device, frozen, SETUP['teacher']['model']
        count = self.method.peers(self.params) if hasattr(self.method, 'peers') else 1
        self.students = [self.made(student['model'], SETUP['classes']) for _ in range(count)]
        self.own = [self.made(model, SETUP['classes'])] if teacher_of(self.method) == 'learns' else []
        self.pool = self.open_pool()
        self.given = self.facts()
        if hasattr(self.method, 'teachers'):
            self.own = [self.made(model, outputs or SETUP['classes']) for outputs in self.method.teachers(self.given)]
        self.extras = self.given.extras = Extras()
        if hasattr(self.method, 'extras'):
            self.method.extras(self.extras, self.given)
        self.extras.to(device).train()
        if hasattr(self.method, 'prepare'):
            self.given.memory = on(device, self.method.prepare(self.given))
        listed = torch.nn.ModuleList
        self.groups = [({'student': listed(self.students), 'extras': listed([self.extras])}, student['optimizer']),
                       ({'teacher': listed(self.own)}, SETUP['teacher']['optimizer'])]

    def made(self, model, classes):
        return build(model, SETUP['image'], classes).to(self.device).train()

    def open_pool(self):
        """Images without labels and the order of their batches, for methods that see some."""
        kind = pool_of(self.method)
        if kind is None or kind == 'optional' and pool_size() is None:
            return None
        images = split('pool')[0]
        per = self.method.per(self.params) if hasattr(self.method, 'per') else 1
        rows = max(1, math.floor(SETUP['batchSize'] * per + 0.5))
        return SimpleNamespace(alone=kind == 'alone', images=images, batches=endless(len(images), rows))

    def facts(self):
        """What a method knows before the training, and what it may ask between steps."""
        teacher = self.own[0] if self.own else self.frozen
        return SimpleNamespace(
            params=self.params, classes=SETUP['classes'], class_names=SETUP['classNames'], labels=rows_of('train')[1],
            attributes=attributes, tasks=tasks, numbers=numbers, memory=None,
            pool=len(self.pool.images) if self.pool else None,
            student=shapes_of(self.students[0], self.device), networks=self.students, held=rows_of('validation')[1],
            groups=SETUP['groups'], own=lambda: [asked(t, 'train', self.device, lambda a: a.logits) for t in self.own],
            teacher=shapes_of(teacher, self.device) if teacher else None, taught=self.taught, asked=self.asked,
            uniform=lambda name, n: torch.rand(n), head=lambda: (self.frozen.head.weight.T, self.frozen.head.bias),
            students=lambda: [self.asked('train', lambda a: a.logits, i) for i in range(len(self.students))],
        )

    def taught(self):
        """The frozen teacher's logits and embeddings of all images of the method's training set."""
        name = 'pool' if self.pool and self.pool.alone else 'train'
        both = asked(self.frozen, name, self.device, lambda a: torch.cat([a.logits, a.embedding], 1)).cpu()
        return SimpleNamespace(logits=both[:, :SETUP['classes']], embedding=both[:, SETUP['classes']:])

    def asked(self, name, read, number=0):
        """The same of a student, with the method's own layers as in evaluation."""
        was, _ = self.extras.training, self.extras.eval()
        found = asked(self.students[number], name, self.device, read)
        self.extras.train(was)
        return found

    def phases(self):
        return self.method.phases(self.params) if hasattr(self.method, 'phases') else super().phases()

    def learns(self, phase, role, number, name=''):
        """Whether a network does and, where it is named, one of its weights."""
        of, _, trains = phase
        students = self.method.learners(self.params, of) if hasattr(self.method, 'learners') else None
        layers = self.method.layers(self.params, of) if name and hasattr(self.method, 'layers') else ''
        chosen = number in students if role == 'student' and students else role != 'extras' or name.startswith(layers)
        return chosen and (trains is None or role in trains)

    def enter(self, phase):
        """Networks run as in training while they learn."""
        for role, networks in (('student', self.students), ('teacher', self.own), ('extras', [self.extras])):
            for i, network in enumerate(networks):
                network.train(self.learns(phase, role, i))
        if hasattr(self.method, 'begin'):
            self.method.begin(phase[0], self.given)

    def epoch(self, number, epochs):
        if hasattr(self.method, 'epoch'):
            self.method.epoch(number, epochs, self.given)

    def after(self, phase, step):
        if hasattr(self.method, 'after'):
            self.method.after(phase[0], step, self.given)

    def pass_of(self, passes, images, student=0, teacher=None, hook=None):
        """Of a student; of an own teacher by number, of the run's where it is True."""
        if teacher is None:
            return passes(self.students[student], images, hook)
        if teacher is True and self.frozen:
            with torch.no_grad():
                return passes(self.frozen, images, hook)
        return passes(self.own[int(teacher is not True and teacher)], images, hook)

    def step_of(self, x, labels, rows, moment):
        """A step before any network has seen it."""
        targets = F.one_hot(labels, SETUP['classes']).float()
        if self.pool and self.pool.alone:
            rows = next(self.pool.batches)
            x, labels = self.drawn(rows), torch.full((len(rows),), -1)
            targets = torch.zeros(len(rows), SETUP['classes'])
        step = Step(self.params, [], None, *(v.to(self.device) for v in (labels, targets)), index=rows.to(self.device),
                    images=x, memory=self.given.memory, extras=self.extras, kept=SETUP['kept'],
                    noisy_teacher=SETUP['noisyTeacher'], **moment)
        if hasattr(self.method, 'change'):
            self.method.change(step)
        return step

    def drawn(self, rows):
        return augment(self.pool.images[rows], **SETUP['augmentation']).to(self.device)

    def losses(self, x, labels, rows, moment):
        step, passes = self.step_of(x, labels, rows, moment), Passes()
        ask = lambda images, start=0, end=None, **who: Asked(
            lambda: part(self.pass_of(passes, images, **who), start, end))
        n, seen = len(step.images), step.images
        if self.pool and not self.pool.alone:
            index = next(self.pool.batches)
            more = self.drawn(index)
            seen = torch.cat([seen, more])
            step.pool = SimpleNamespace(images=more, index=index.to(self.device), student=ask(seen, n))
            step.pool.teacher = ask(more, teacher=True) if self.frozen else None
        step.students = [ask(seen, 0, n, student=i) for i in range(len(self.students))]
        step.teachers = [ask(seen, 0, n, teacher=i) for i in range(len(self.own))]
        if self.frozen or self.own:
            step.teacher = ask(step.images, teacher=True) if self.frozen else step.teachers[0]
        step.forward = lambda images, **how: self.pass_of(passes, images, **how)
        return self.method.losses(step)

    def finish(self):
        """How the trained student answers images."""
        if hasattr(self.method, 'choose'):
            self.method.choose(self.given)
        self.students[0].eval()
        self.extras.eval()
        hook = self.method.hook(self.params, self.extras) if hasattr(self.method, 'hook') else None

        def logits_of(x):
            answer = self.students[0].answer(x, hook)
            return self.method.predict(self.params, self.extras, answer) if hasattr(self.method, 'predict') \
                else answer.logits

        return logits_of
