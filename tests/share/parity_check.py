"""Holds the exported Python files to reference values. Prints a line of JSON per check: [name, error]."""
import contextlib
import importlib
import io
import json
import os
import sys
import types
from types import SimpleNamespace as Record

import torch
import yaml

torch.set_num_threads(1)

FOLDER, GOLDEN = sys.argv[1:3]
os.chdir(FOLDER)
sys.path.insert(0, FOLDER)

from condenser_losses import Step, attention_map, decoupled, distillation, permute_others, standardise, transport
from condenser_methods import LOSSES, joint_answer
from condenser_models import build, load, read_safetensors


def report(name, error):
    print(json.dumps([name, error if error == error else 1e9]), flush=True)


def tensor(values, dtype=torch.float64):
    return torch.tensor(values, dtype=dtype)


def relative(actual, expected, floor=1e-1):
    actual, expected = torch.as_tensor(actual, dtype=torch.float64), torch.as_tensor(expected, dtype=torch.float64)
    if actual.shape != expected.shape:
        return 1e9
    return ((actual - expected).abs() / expected.abs().clamp(min=floor)).max().item()


def answer(given):
    """An answer of a network, with zeros for what a case does not have."""
    some = next(iter(given.values()))
    some = next(iter(some.values())) if isinstance(some, dict) else some
    zeros = torch.zeros(len(some), 2, dtype=torch.float64)
    return Record(logits=given.get('logits', zeros), embedding=given.get('embedding', zeros), taps=given.get('taps', {}))


def step_of(method, params, student, teacher=None, labels=None, **more):
    students = [answer(s) for s in student] if isinstance(student, list) else [answer(student)]
    if labels is None:
        labels = torch.zeros(len(students[0].logits), dtype=torch.long)
    return LOSSES[method](Step(
        Record(**params), students, answer(teacher) if teacher else None, labels, **more,
    ))


def golden_cases(method):
    number = {'sinkd': '16', 'bd-kd': '23'}.get(method, '00')
    with open(f'{GOLDEN}/{number}-{method}.json') as file:
        return json.load(file)['cases']


def golden_terms(method, case, x, p):
    """The terms a file expects, by its names, from the functions that are exported."""
    y = torch.tensor(case['inputs']['y']) if 'y' in case['inputs'] else None
    logits = lambda: dict(student={'logits': x['z_s']}, teacher={'logits': x['z_t']}, labels=y)
    if method == 'kd':
        base = dict(temperature=p['T'], divergence='forward')
        plain = step_of('kd', {**base, 'ceWeight': 1, 'kdWeight': 1}, **logits())
        whole = step_of('kd', {**base, 'ceWeight': p['ce_weight'], 'kdWeight': p['kd_weight']}, **logits())
        return {'ce': plain['ce'], 'kl_T2': plain['kd'], 'loss': sum(whole.values())}
    if method == 'dkd':
        target, rest = decoupled(x['z_s'], x['z_t'], y, p['T'])
        terms = step_of('dkd', dict(temperature=p['T'], ceWeight=0, alpha=p['alpha'], beta=p['beta'], warmup=0),
                        **logits())
        return {'tckd': target, 'nckd': rest, 'loss': sum(terms.values())}
    if method == 'dist':
        values = lambda a, b: step_of('dist', dict(inter=a, intra=b, temperature=p['tau']), **logits())
        whole, plain = values(p['beta'], p['gamma']), values(1, 1)
        return {'inter': plain['inter'], 'intra': plain['intra'], 'loss': whole['inter'] + whole['intra']}
    if method == 'lskd':
        base = 'dkd' if case['name'] == 'zscore-dkd' else 'kd'
        params = dict(base=base, temperature=p['T'], ceWeight=0, weight=1, alpha=p.get('alpha'), beta=p.get('beta'))
        return {'zscore_s': standardise(x['z_s']), 'loss': step_of('lskd', params, **logits())['kd']}
    if method == 'at':
        taps = dict(student={'taps': {'a': x['F_s']}}, teacher={'taps': {'a': x['F_t']}})
        terms = step_of('at', dict(power=p['p'], weight=1), **taps)
        return {'map_s': attention_map(x['F_s'], p['p']), 'loss': terms['attention']}
    if method == 'sp':
        taps = dict(student={'taps': {'a': x['F_s']}}, teacher={'taps': {'a': x['F_t']}})
        return {'loss': step_of('sp', dict(weight=1), **taps)['similarity']}
    if method == 'rkd':
        parts = dict(student={'embedding': x['f_s']}, teacher={'embedding': x['f_t']})
        values = lambda a, b: step_of('rkd', dict(distance=a, angle=b, rows=64), **parts)
        plain, whole = values(1, 1), values(p['w_dist'], p['w_angle'])
        return {'dist': plain['distance'], 'angle': plain['angle'], 'loss': whole['distance'] + whole['angle']}
    if method == 'label-smoothing':
        return {'loss': step_of(method, dict(epsilon=p['epsilon']), {'logits': x['z_s']}, labels=y)['ce']}
    if method == 'born-again':
        order = torch.tensor(case['expected']['dkpp_perm'])
        lesson = lambda form: step_of(method, dict(form=form, ceWeight=1, weight=1, temperature=p['T']),
                                      {'logits': x['z_s']}, {'logits': x['z_prev']}, y, order=order)
        return {'loss': sum(lesson('probabilities').values()), 'cwtm_loss': lesson('confidence')['former'],
                'dkpp_target': permute_others(x['z_prev'], order), 'dkpp_soft_ce': lesson('permuted')['former']}
    if method == 'ps-kd':
        memory = x['p_prev'].clone()
        terms = step_of(method, dict(strength=p['alpha_T']), {'logits': x['z_s']}, labels=y, memory=memory,
                        index=torch.arange(len(memory)), epoch=int(p['epoch']), epochs=int(p['epochs']))
        return {'loss': sum(terms.values())}
    if method == 'sinkd':
        return {'loss': transport(x['z_s'], x['z_t'], p['eps'], int(p['iters']))}
    if method == 'bd-kd':
        params = dict(temperature=p['T'], gate=p['mode'], delta=p['delta'], kappa=p['kappa'], student=p['lambda'],
                      teacher=p['lambda'])
        terms = step_of(method, params, **logits())
        student = terms['labels'] + terms['forward'] + terms['reverse']
        return {'loss_student': student, 'loss_teacher': terms['teacherLabels'] + terms['teacherKd'],
                'loss': student}
    return peers_terms(method, case, x, p, y)


def peers_terms(method, case, x, p, y):
    if method == 'mlkd':
        values = lambda ce, kd: step_of('mlkd', dict(ceWeight=ce, weight=kd), {'logits': x['z_s']},
                                        {'logits': x['z_t']}, y)
        plain, whole = values(1, 1), values(p['ce_weight'], p['kd_weight'])
        return {'instance_kl': plain['instance'], 'batch_gram': plain['batch'], 'class_gram': plain['class'],
                'loss': sum(whole.values())}
    logits = [x['z_1'], x['z_2'], x['z_3']]
    students = [{'logits': z} for z in logits]
    targets = torch.nn.functional.one_hot(y, logits[0].shape[1]).double()
    cross = torch.nn.functional.cross_entropy
    if method == 'dml':
        whole = step_of('dml', dict(temperature=p['T'], weight=1, average=False), students, labels=y)
        losses = [cross(z, y) + sum(distillation(z, o, p['T']) for o in logits if o is not z) for z in logits]
        return {'loss_1': losses[0], 'loss_2': losses[1], 'loss_3': losses[2], 'grad:z_1': sum(whole.values())}
    whole = step_of('kdcl', dict(rule='minlogit', temperature=p['T'], weight=p['lambda']), students, labels=y)
    return {'teacher_minlogit': joint_answer('minlogit', logits, targets),
            'teacher_naive': joint_answer('naive', logits, targets),
            'teacher_general': joint_answer('general', logits, targets), 'grad:z_1_minlogit': sum(whole.values())}


GRADIENTS = {'grad_z_s': 'z_s', 'grad_F_s': 'F_s', 'grad_f_s': 'f_s'}


def check_golden(method):
    for case in golden_cases(method):
        # Another form of the method, the page's own metrics, and the whole loss of another code base.
        if case['name'] == 'mlkd-as-executed' or 'z' in case['inputs'] or 'T_kd' in case['params']:
            continue
        x = {k: tensor(v).requires_grad_() for k, v in case['inputs'].items() if k != 'y'}
        terms = golden_terms(method, case, x, case['params'])
        for key, value in terms.items():
            if key not in case['expected'] and not key.startswith('grad:'):
                continue
            name = f'{method}/{case["name"]}/{key}'
            if key.startswith('grad:'):
                gradient, = torch.autograd.grad(value, x['z_1'])
                report(name, gradient_error(gradient, case['expected']['grad_' + key[5:]]))
            else:
                report(name, relative(value.detach(), case['expected'][key]))
        for key, source in GRADIENTS.items():
            if key in case['expected']:
                gradient, = torch.autograd.grad(terms['loss'], x[source])
                report(f'{method}/{case["name"]}/{key}', gradient_error(gradient, case['expected'][key]))


def gradient_error(actual, expected):
    expected = tensor(expected)
    # A gradient that is 0 everywhere is compared absolutely.
    largest = expected.abs().max()
    return ((actual - expected).abs().max() / (largest if largest > 1e-14 else 1)).item()


def nested(raw):
    if isinstance(raw, dict):
        return {k: nested(v) for k, v in raw.items()}
    return tensor(raw)


def check_terms(case):
    """The terms of the page's own code for the same answers."""
    more = {k: case[k] for k in ('progress', 'epoch', 'epochs', 'kept', 'noisy_teacher') if k in case}
    if 'memory' in case:
        more.update(memory=tensor(case['memory']), index=torch.arange(len(case['labels'])))
    if 'order' in case:
        more['order'] = torch.tensor(case['order'])
    teacher = nested(case['teacher']) if 'teacher' in case else None
    terms = step_of(case['method'], case['params'], [nested(s) for s in case['students']], teacher,
                    torch.tensor(case['labels']), **more)
    if list(terms) != list(case['terms']):
        return report(case['name'], 1e9)
    for key, expected in case['terms'].items():
        report(f'{case["name"]}/{key}', relative(terms[key], expected))


def check_model(case):
    tensors, about = read_safetensors(case['file'])
    model = load(build(json.loads(about['model']), json.loads(about['image']), case['classes']), tensors).eval()
    x = torch.tensor(case['pixels'], dtype=torch.float32).reshape(case['shape'])
    x = (x - torch.tensor(json.loads(about['mean']))) / torch.tensor(json.loads(about['std']))
    with torch.no_grad():
        result = model.answer(x)
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
        losses = [float(line.split()[3]) for line in out.getvalue().splitlines() if line.startswith('epoch')]
        first = losses[-train.SETUP['epochs']]
        report(f'{key} trains', 0 if losses[-1] < first and os.path.exists(f'{key}-1.pt') else 1e9)


class KDLoss(torch.nn.Module):
    """As torchdistill documents its own: alpha CE + beta T^2 KL of the outputs at the two paths."""

    def __init__(self, student_module_path, student_module_io, teacher_module_path, teacher_module_io, temperature,
                 alpha, beta, reduction):
        super().__init__()
        self.at = (student_module_path, student_module_io, teacher_module_path, teacher_module_io)
        self.t, self.alpha, self.beta, self.reduction = temperature, alpha, beta, reduction

    def forward(self, student, teacher, targets):
        z, q = student[self.at[0]][self.at[1]], teacher[self.at[2]][self.at[3]]
        soft = torch.nn.functional.kl_div((z / self.t).log_softmax(1), (q / self.t).softmax(1), reduction=self.reduction)
        return self.alpha * torch.nn.functional.cross_entropy(z, targets) + self.beta * self.t**2 * soft


def stand_in():
    """The registries of torchdistill and its YAML tags, as its 1.x source has them."""
    kept = {'losses': {'KDLoss': KDLoss}, 'models': {}}

    def registers(kind):
        def register(arg=None, key=None):
            def put(cls):
                kept[kind][key or cls.__name__] = cls
                return cls
            return put(arg) if callable(arg) else put
        return register

    for name in ('torchdistill', 'torchdistill.losses', 'torchdistill.models'):
        sys.modules[name] = types.ModuleType(name)
    sys.modules['torchdistill.losses.registry'] = Record(register_mid_level_loss=registers('losses'))
    sys.modules['torchdistill.models.registry'] = Record(register_model=registers('models'))

    def found(key):
        module, _, name = key.rpartition('.')
        return getattr(importlib.import_module(module), name)

    def call(loader, node):
        entry = loader.construct_mapping(node, deep=True)
        return found(entry['key'])(**entry.get('init', {}).get('kwargs', {}))

    yaml.add_constructor('!import_call', call, Loader=yaml.FullLoader)
    yaml.add_constructor('!import_get', lambda l, n: found(l.construct_mapping(n, deep=True)['key']), yaml.FullLoader)
    return kept


def hooked(model, config, x):
    """Runs a model and returns what its hooks see, by path."""
    seen, paths = {}, config['forward_hook']['output']
    handles = [model.get_submodule(path).register_forward_hook(
        lambda _, __, out, path=path: seen.update({path: {'output': out}})) for path in paths]
    seen['.'] = {'output': model(x)}
    for handle in handles:
        handle.remove()
    return seen


def check_configs(keys):
    kept = stand_in()
    setup = json.load(open('setup.json'))
    for key in keys:
        with open(f'torchdistill-{key}.yaml') as file:
            config = yaml.load(file, Loader=yaml.FullLoader)
        for each in config['dependencies']:
            importlib.import_module(**each)
        models = {role: kept['models'][c['key']](**c['kwargs']).eval() for role, c in config['models'].items()}
        models['teacher_model'].load_state_dict(torch.load(config['models']['teacher_model']['src_ckpt']))
        run = config['train']
        images = config['datasets'][run['train_data_loader']['dataset_id']]
        sampler = run['train_data_loader']['sampler']['class_or_func'](images)
        x, y = next(iter(torch.utils.data.DataLoader(images, sampler=sampler, batch_size=8)))
        term, = run['criterion']['kwargs']['sub_terms'].values()
        loss = kept['losses'][term['criterion']['key']](**term['criterion']['kwargs'])
        teacher = hooked(models['teacher_model'], run['teacher'], x)
        student = hooked(models['student_model'], run['student'], x)
        optimizer = getattr(torch.optim, run['optimizer']['key'])(models['student_model'].parameters(),
                                                                  **run['optimizer']['kwargs'])
        schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, **run['scheduler']['kwargs'])
        optimizer.step()
        schedule.step()
        own = next(s for s in setup['students'] if s['key'] == key)
        expected = sum(LOSSES[own['method']['id']](Step(
            Record(**own['method']['params']), [models['student_model'].answer(x)], models['teacher_model'].answer(x), y,
        )).values())
        report(f'{key} by torchdistill', relative(term['weight'] * loss(student, teacher, y).detach(), expected.detach()))


with open('checks.json') as file:
    checks = json.load(file)
for each in checks['golden']:
    check_golden(each)
for each in checks['terms']:
    check_terms(each)
for each in checks['models']:
    check_model(each)
check_training(checks['training'])
check_configs(checks['configs'])
