// Usage: node asyncapi.mjs ROOT. Fails where the description is not valid, or a golden event is not
// as it says, or one of them is missing.
import fs from 'fs';
import path from 'path';
import { Parser } from '@asyncapi/parser';
import Ajv from 'ajv';
import formats from 'ajv-formats';

const root = process.argv[2];
const text = fs.readFileSync(path.join(root, 'api/asyncapi.yaml'), 'utf8');
const { document, diagnostics } = await new Parser().parse(text);
const errors = diagnostics.filter((each) => each.severity === 0);
for (const { message, path } of errors) console.log(path.join('.'), message);
if (!document || errors.length > 0) process.exit(1);

const ajv = new Ajv({ strict: false, allErrors: true });
formats(ajv);
const checks = new Map();
for (const message of document.components().messages().all()) {
  checks.set(message.name(), ajv.compile(message.payload().json()));
}
const folder = path.join(root, 'tests/golden/events');
const files = fs.readdirSync(folder);
let wrong = 0;
for (const file of files) {
  const event = JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8'));
  const check = checks.get(event.type);
  if (check?.(event)) continue;
  console.log(file, check ? ajv.errorsText(check.errors) : 'is not described');
  ++wrong;
}
console.log(`${checks.size} kinds described, ${files.length} events checked, ${wrong} wrong`);
process.exit(wrong > 0 || files.length !== checks.size ? 1 : 0);
