// The case files' grammar (README.md): what is written is what is sent, line for line.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

const requestLine = /^[A-Z]+ \S+ HTTP\/\d(\.\d)?$/;
const answerLine = /^(<--|<~~) ?(.*)$/;

/** Reads one `.http` file: its title, the settings of a server of its own, and its cases in order. */
export function parseCases(path) {
  const file = { path, name: basename(path, '.http'), title: '', settings: null, blocks: {}, cases: [] };
  let current = null, block = null;
  readFileSync(path, 'utf8').split('\n').forEach((line, index) => {
    if (line.startsWith('## ')) {
      current = { file, name: line.slice(3).trim(), line: index + 1, lines: [] };
      file.cases.push(current);
    } else if (current) {
      current.lines.push(line);
    } else if (line.startsWith('@define ')) {
      block = file.blocks[line.slice('@define '.length).trim()] = [];
    } else if (block) {
      if (line) block.push(line);
      else block = null;
    } else if (line.startsWith('# ')) {
      file.title ||= line.slice(2).trim();
    } else if (line.startsWith('@server')) {
      file.settings = line.slice('@server'.length).trim().split(/\s+/).filter(Boolean);
    }
  });
  for (const one of file.cases) {
    one.steps = steps(one);
    delete one.lines;
  }
  return file;
}

function steps(one) {
  const list = [];
  let step = null, part = 'before';
  one.lines.forEach((line, index) => {
    const answer = answerLine.exec(line);
    if (requestLine.test(line)) {
      step = { blocks: one.file.blocks, line: one.line + index + 1, request: line, headers: [], body: null, marks: [], answer: null };
      list.push(step);
      part = 'headers';
    } else if (part === 'before') {
      if (line.trim() && !line.startsWith('# ')) throw new Error(`${one.file.path}:${one.line + index + 1}: a request line was expected: ${line}`);
    } else if (answer) {
      step.answer = { eventually: answer[1] === '<~~', status: answer[2].trim(), headers: [], body: null, frames: [] };
      part = 'answer headers';
    } else if (part === 'headers' || part === 'answer headers') {
      const target = part === 'headers' ? step : step.answer;
      if (line === '') {
        target.body = [];
        part = part === 'headers' ? 'body' : 'answer body';
      } else if (line.startsWith('@') && part === 'headers') {
        step.marks.push(line.slice(1).trim());
      } else if (line.startsWith('# ')) {
        // a remark between headers
      } else {
        target.headers.push(line);
      }
    } else {
      (part === 'body' ? step.body : step.answer.body).push(line);
    }
  });
  for (const each of list) {
    each.body = text(each.body);
    if (!each.answer) continue;
    const lines = each.answer.body ?? [];
    each.answer.frames = lines.filter(line => /^(>>|<<) /.test(line));
    each.answer.body = each.answer.frames.length ? null : text(lines);
  }
  if (!list.length) throw new Error(`${one.file.path}:${one.line}: the case has no request`);
  return list;
}

// Blank lines at the end only space the file. A backslash at a line's end joins it with the next, indentation dropped.
function text(lines) {
  if (!lines) return null;
  const all = lines.filter(line => !line.startsWith('# ')).join('\n').replace(/\n+$/, '').replace(/\\\n\s*/g, '');
  return all === '' ? null : all;
}
