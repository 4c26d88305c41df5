/* Finds objects and faces in pictures: node recognition.cjs PACKAGES PICTURES.json > FOUND.json

PACKAGES is the folder that npm installed the detector into. PICTURES.json is a list of
{file, width, height}, each file raw RGB bytes; FOUND.json is a list, in the same order, of lists
of {label, score, box}, the box (left, top, width, height) in fractions of the picture. */

const fs = require("node:fs");
const path = require("node:path");
const { createRequire } = require("node:module");

const [packages, list] = process.argv.slice(2);
const modules = path.join(path.resolve(packages), "node_modules");
const load = createRequire(path.join(modules, "recognition.cjs"));
const models = path.join(modules, "@vladmandic", "human", "models");

/* Node's own fetch does not read files; the detector reads its weights with nothing else. */
globalThis.fetch = async (url) => {
  const content = fs.readFileSync(path.join(models, path.basename(new URL(url).pathname)));
  const type = url.endsWith(".json") ? "application/json" : "application/octet-stream";
  return new Response(content, { headers: { "Content-Type": type } });
};

const off = { enabled: false };
const CONFIG = {
  backend: "wasm",
  wasmPath: path.join(modules, "@tensorflow", "tfjs-backend-wasm", "dist") + path.sep,
  modelBasePath: "http://models/",
  cacheSensitivity: 0,
  skipAllowed: false,
  debug: false,
  filter: off,
  gesture: off,
  body: off,
  hand: off,
  segmentation: off,
  object: { enabled: true, minConfidence: 0.2, maxDetected: 50 },
  face: {
    enabled: true,
    detector: { minConfidence: 0.2, maxDetected: 20, rotation: false },
    mesh: off,
    attention: off,
    iris: off,
    description: off,
    emotion: off,
    antispoof: off,
    liveness: off,
  },
};

async function main() {
  const log = console.log;
  console.log = console.error;
  load("@tensorflow/tfjs");
  load("@tensorflow/tfjs-backend-wasm");
  const { Human } = load(path.join(models, "..", "dist", "human.node-wasm.js"));
  const human = new Human(CONFIG);
  await human.load();
  const found = [];
  for (const { file, width, height } of JSON.parse(fs.readFileSync(list, "utf8"))) {
    const picture = human.tf.tensor(fs.readFileSync(file), [1, height, width, 3], "float32");
    const result = await human.detect(picture);
    human.tf.dispose(picture);
    if (result.error) throw new Error(result.error);
    const all = [...result.object, ...result.face.map((face) => ({ ...face, label: "face" }))];
    found.push(all.map(({ label, score, boxRaw }) => ({ label, score, box: boxRaw })));
  }
  log(JSON.stringify(found));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
