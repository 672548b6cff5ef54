"""Runs the exported torchdistill configurations by a stand-in for that library."""
import importlib
import json
import sys
import types
from types import SimpleNamespace as Record

import torch
import yaml

from condenser_losses import Step
from condenser_methods import method_of
from parity_kit import relative, report


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
        expected = sum(method_of(own['method']['id']).losses(Step(
            Record(**own['method']['params']), [models['student_model'].answer(x)], models['teacher_model'].answer(x), y,
        )).values())
        report(f'{key} by torchdistill', relative(term['weight'] * loss(student, teacher, y).detach(), expected.detach()))
