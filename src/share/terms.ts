/** The words of this page and of its papers, each in a sentence or two. */

export interface Term {
  readonly id: string;
  readonly name: string;
  /** Other spellings that mean it, in small letters. The name itself is always one. */
  readonly forms?: readonly string[];
  readonly text: string;
}

const term = (id: string, name: string, text: string, ...forms: string[]): Term => ({
  id,
  name,
  text,
  forms,
});

export const glossary: readonly Term[] = [
  term(
    'teacher',
    'teacher',
    'The larger network, whose answers the students learn from. It is trained first, or beside them.',
    'teachers',
    'teacher’s',
  ),
  term(
    'student',
    'student',
    'The smaller network, which is to come near to the teacher at a fraction of its size.',
    'students',
    'student’s',
  ),
  term(
    'distillation',
    'distillation',
    'Training a network on the answers of another one, not on the labels alone.',
    'knowledge distillation',
    'kd',
  ),
  term('label', 'label', 'The right class of an image, as the data set gives it.', 'labels'),
  term(
    'labels-only',
    'labels only',
    'The student trained without a teacher. The gain of every method is counted from it.',
    'labels-only',
  ),
  term(
    'gain',
    'gain',
    'Accuracy less that of the labels-only student with the same seed, in percentage points.',
    'gains',
  ),
  term(
    'logits',
    'logits',
    'The raw numbers a network gives for every class. Softmax turns them into probabilities.',
    'logit',
  ),
  term(
    'softmax',
    'softmax',
    'Turns logits into probabilities: raises e to each of them and divides by the sum.',
  ),
  term(
    'temperature',
    'temperature',
    'Divides all logits before softmax. Above 1 the answer becomes softer, so that more is seen of what the network thinks of the wrong classes.',
    'temperatures',
  ),
  term(
    'soft-targets',
    'soft targets',
    'The teacher’s probabilities, used as what the student should answer, in place of one right class.',
    'soft target',
    'softened answers',
    'softened probabilities',
  ),
  term(
    'dark-knowledge',
    'dark knowledge',
    'What a teacher’s answer tells about the wrong classes: a cat is more like a dog than like a ship.',
  ),
  term(
    'cross-entropy',
    'cross-entropy',
    'How badly an answer fits what was asked for: minus the logarithm of the probability given to it, on average.',
  ),
  term(
    'kl',
    'KL divergence',
    'How far one distribution of probabilities is from another. Zero when they are the same; the order of the two matters.',
    'divergence',
    'divergences',
  ),
  term(
    'entropy',
    'entropy',
    'How spread out an answer is: zero when one class has it all, largest when all classes have the same.',
    'entropies',
  ),
  term(
    'loss',
    'loss',
    'The number that training makes smaller. A method’s loss is a sum of terms, such as one for the labels and one for the teacher.',
    'losses',
  ),
  term(
    'term',
    'term',
    'One part of a loss, such as that of the labels. Each can be drawn by itself.',
    'terms',
  ),
  term('accuracy', 'accuracy', 'The share of images that get the right class.'),
  term(
    'agreement',
    'agreement',
    'The share of images to which the student gives the same class as the teacher, right or wrong.',
  ),
  term(
    'calibration',
    'calibration',
    'Whether a network is as sure as it is right: of the answers it gives with 80 %, 80 % should be right.',
    'calibrated',
  ),
  term(
    'ece',
    'ECE',
    'Expected calibration error: how far sureness and accuracy lie apart, averaged over bins of sureness. Lower is better.',
  ),
  term(
    'nll',
    'NLL',
    'Negative log-likelihood: minus the logarithm of the probability given to the right class, on average. Lower is better.',
  ),
  term(
    'brier',
    'Brier score',
    'Mean squared distance of the probabilities from the right answer. Lower is better.',
    'brier',
  ),
  term(
    'reliability-diagram',
    'reliability diagram',
    'Accuracy over sureness, in bins. On the diagonal a network is as sure as it is right; below it, too sure.',
  ),
  term('confidence', 'confidence', 'The probability of the class a network chooses.'),
  term(
    'confusion-matrix',
    'confusion matrix',
    'Counts of images by true class and answered class. Right answers are on its diagonal.',
  ),
  term(
    'capacity-gap',
    'capacity gap',
    'A teacher can be so much larger than its student that the student cannot follow its answers.',
  ),
  term(
    'tap',
    'tap',
    'A place inside a network whose activations are handed to methods that look at layers.',
    'taps',
    'inner layer',
    'inner layers',
  ),
  term(
    'embedding',
    'embedding',
    'What the last layer but one makes of an image: the numbers from which the logits are computed.',
    'embeddings',
  ),
  term('feature', 'feature', 'What a layer computes from an image.', 'features'),
  term(
    'hint',
    'hint',
    'An inner layer of the teacher that a layer of the student has to reproduce.',
    'hints',
  ),
  term(
    'lane',
    'lane',
    'One student with one seed. All lanes train in the same run, on the same batches.',
    'lanes',
  ),
  term('epoch', 'epoch', 'One pass through all training images.', 'epochs'),
  term('batch', 'batch', 'The images of one training step.', 'batches', 'mini-batches'),
  term(
    'step',
    'training step',
    'One batch is looked at, and the weights are changed a little.',
    'training steps',
  ),
  term(
    'seed',
    'seed',
    'The number from which all chance in a run follows: start weights, batches, changes of images. The same seed gives the same run.',
    'seeds',
  ),
  term('learning-rate', 'learning rate', 'How far one step moves the weights.'),
  term('schedule', 'schedule', 'How the learning rate changes over the run.'),
  term('warm-up', 'warm-up', 'A first stretch of a run in which a weight or a rate grows from zero.'),
  term(
    'augmentation',
    'augmentation',
    'Shifting, mirroring or covering training images at random, so that more is seen of each.',
    'mirrored',
  ),
  term(
    'validation',
    'validation images',
    'Images that are not trained on and show how a run is going.',
    'validation',
  ),
  term('test', 'test images', 'Images that are touched once, at the end of a run.', 'test set'),
  term('split', 'split', 'Which images are for training, for validation and for the test.'),
  term(
    'regime',
    'regime',
    'What a set-up makes of its training images before students see them: fewer, rarer, or with wrong labels.',
    'regimes',
  ),
  term('long-tail', 'long tail', 'A few classes have many images, most have few.', 'long-tailed'),
  term('label-smoothing', 'label smoothing', 'A small share of every label is spread over all classes.'),
  term('mixup', 'mixup', 'Training on blends of two images, with labels blended alike.'),
  term('peer', 'peer', 'A network that learns beside another one; they teach each other.', 'peers'),
  term('ensemble', 'ensemble', 'Several networks that answer together, mostly by the mean of their answers.'),
  term(
    'contrast',
    'contrast',
    'Views of one image are pulled together, views of different images pushed apart.',
    'contrasts',
    'contrastive',
  ),
  term('negatives', 'negatives', 'In a contrast: the other images, from which a view should differ.'),
  term(
    'projector',
    'projector',
    'A small trained layer that brings the student’s activations to the size of the teacher’s. It is thrown away after training.',
    'projectors',
    'translator',
  ),
  term(
    'transport',
    'transport',
    'Moving one set of answers onto another. The cheapest plan says how far the sets are apart.',
  ),
  term('attention-map', 'attention map', 'Where in an image a layer is most active.', 'attention maps'),
  term('batch-norm', 'batch norm', 'A layer that brings its input to mean 0 and deviation 1 over the batch.'),
  term('parameters', 'parameters', 'The trained numbers of a network; how large it is.'),
  term(
    'fidelity',
    'fidelity',
    'How near this page’s form of a method is to its paper: as published, adapted, or derived anew where no code is public.',
  ),
  term(
    'webgpu',
    'WebGPU',
    'The browser’s way to compute on the graphics card. Without it the page trains on the processor, more slowly.',
  ),
  term(
    'software-adapter',
    'software adapter',
    'WebGPU computed by the processor, where there is no graphics card for it. Right, but slow.',
  ),
];
