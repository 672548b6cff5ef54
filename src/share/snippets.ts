/** The formats a trained network leaves in, and the few lines that use it elsewhere. */

export const FORMATS = {
  onnx: {
    label: 'ONNX',
    files: 'One .onnx file per network. Takes pixels from 0 to 255; classes and settings are inside.',
    language: 'Python: pip install onnxruntime pillow',
  },
  tfjs: {
    label: 'TF.js',
    files:
      'A folder per network: model.json and weights.bin. Takes pixels from 0 to 255; classes are inside.',
    language: 'JavaScript: npm install @tensorflow/tfjs',
  },
  safetensors: {
    label: 'safetensors',
    files: 'The weights alone, one file per network, with classes, preprocessing and settings as texts.',
    language: 'Python: pip install safetensors numpy',
  },
} as const;

export type NetworkFormat = keyof typeof FORMATS;

const ONNX = (name: string) => `import json
import numpy as np
import onnxruntime
from PIL import Image

session = onnxruntime.InferenceSession('${name}.onnx')
about = session.get_modelmeta().custom_metadata_map  # texts; lists are JSON
classes = json.loads(about['classes'])
height, width, channels = json.loads(about['image'])

picture = Image.open('picture.png').convert('L' if channels == 1 else 'RGB').resize((width, height))
pixels = np.asarray(picture, np.float32).reshape(1, height, width, channels)  # 0 to 255
logits, = session.run(['logits'], {'pixels': pixels})
print(classes[logits[0].argmax()])
`;

/** Apart, so that the text below is not read as an import of this page. */
const TFJS_PACKAGE = '@tensorflow/tfjs';

const TFJS = (name: string) => `import * as tf from '${TFJS_PACKAGE}';

const model = await tf.loadGraphModel('${name}/model.json');
const classes = JSON.parse(model.metadata.classes);
const [height, width, channels] = JSON.parse(model.metadata.image);

const picture = tf.browser.fromPixels(document.querySelector('img'), channels);
const pixels = tf.image.resizeBilinear(picture, [height, width]).expandDims(); // 0 to 255
const logits = model.predict(pixels);
console.log(classes[(await logits.argMax(-1).data())[0]]);
`;

const SAFETENSORS = (name: string) => `import json
from safetensors import safe_open

with safe_open('${name}.safetensors', 'np') as file:
    about = file.metadata()  # texts; lists are JSON
    weights = {key: file.get_tensor(key) for key in file.keys()}
print(json.loads(about['model']), json.loads(about['classes']))
`;

const SNIPPETS = { onnx: ONNX, tfjs: TFJS, safetensors: SAFETENSORS } as const;

/** @param name of the network's file, without its ending. */
export const snippet = (format: NetworkFormat, name: string): string => SNIPPETS[format](name);
