// Runs the tutorial through the official JavaScript client and prints what it saw as one JSON object.
// Arguments: endpoint, key, user id, app id, and a JSON file {"red":[base64…],"blue":[base64…]}.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const { App } = createRequire(import.meta.url)('clarifai');
const [apiEndpoint, apiKey, userId, appId, pictureFile] = process.argv.slice(2);
const pictures = JSON.parse(await readFile(pictureFile, 'utf8'));
const app = new App({ apiEndpoint, apiKey, userId, appId });

async function run() {
  const concepts = await app.concepts.create(['red', { id: 'blue', name: 'Blue' }]);
  const label = (kind, other) => pictures[kind].map((base64, i) => ({
    id: `${kind}-${i}`,
    base64,
    concepts: [{ id: kind, value: true }, { id: other, value: false }],
    metadata: { kind },
  }));
  const created = await app.inputs.create([...label('red', 'blue'), ...label('blue', 'red')]);
  const withoutId = await app.inputs.create({ base64: pictures.red[0] });
  const first = await app.inputs.get('red-0');
  const listed = await app.inputs.list({ page: 1, perPage: 3 });

  const model = await app.models.create('colours', [{ id: 'red' }, { id: 'blue' }],
    { conceptsMutuallyExclusive: false, closedEnvironment: false });
  const trained = await app.models.train('colours', true);
  const predicted = await app.models.predict('colours', [{ base64: pictures.red[1] }, { base64: pictures.blue[1] }]);
  const versions = await app.models.getVersions('colours');
  await app.models.update({ id: 'colours', name: 'Colours', concepts: [{ id: 'red' }], action: 'merge' });
  const renamed = await app.models.get('colours');

  const workflowId = await app.workflow.create('check',
    { modelId: 'colours', modelVersionId: trained.modelVersion.id });
  const results = await app.workflow.predict('check', { base64: pictures.blue[2] });
  const search = await app.inputs.search({ concept: { id: 'red' } });
  const alike = await app.inputs.search({ input: { base64: pictures.blue[0] } }, { page: 1, perPage: 1 });
  await app.inputs.mergeConcepts({ id: withoutId[0].id, concepts: [{ id: 'red', value: 1 }] });
  await app.inputs.delete('red-0');
  const status = await app.inputs.getStatus();

  return {
    concepts: [...concepts].map((c) => c.id),
    created: created.length,
    madeId: withoutId[0].id,
    firstConcepts: first.rawData.data.concepts,
    firstUrl: first.imageUrl,
    firstMetadata: first.metadata,
    listed: listed.length,
    modelType: model.rawData.model_type_id,
    trainedStatus: trained.modelVersion.status.code,
    predicted: predicted.outputs.map((o) => o.data.concepts),
    versions: versions.model_versions.length,
    renamed: renamed.name,
    workflowId,
    resultNodes: results.results[0].outputs.map((o) => o.data.concepts),
    found: search.hits.map((h) => h.input.id).sort(),
    alike: alike.hits.map((h) => ({ id: h.input.id, score: h.score })),
    counts: status.counts,
  };
}

// The client's collections are array-like, not iterable.
for (const collection of ['Concepts', 'Inputs']) {
  const type = createRequire(import.meta.url)(`clarifai/dist/${collection}`);
  type.prototype[Symbol.iterator] = function* iterate() { for (let i = 0; i < this.length; i++) yield this[i]; };
}

run().then(
  (seen) => console.log(JSON.stringify(seen)),
  (error) => {
    console.error(JSON.stringify(error?.response?.data ?? error?.data ?? String(error?.stack ?? error)));
    process.exitCode = 1;
  },
);
