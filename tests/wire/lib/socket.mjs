// HTTP/1.1 over a plain socket: bytes in, bytes out. No library stands between a case and the server.
import net from 'node:net';
import tls from 'node:tls';

/** One connection that can be read piece by piece, each with a deadline. */
export class Wire {
  #data = Buffer.alloc(0);
  #ended = false;
  #failure = null;
  #wake = () => {};

  static async open(url) {
    const target = new URL(url);
    const secure = target.protocol === 'https:';
    const port = Number(target.port || (secure ? 443 : 80));
    const host = target.hostname.replace(/^\[|\]$/g, '');
    const socket = secure ? tls.connect({ host, port, servername: net.isIP(host) ? undefined : host, rejectUnauthorized: false }) : net.connect(port, host);
    const wire = new Wire();
    wire.socket = socket;
    socket.setNoDelay(true);
    socket.on('data', chunk => { wire.#data = wire.#data.length ? Buffer.concat([wire.#data, chunk]) : chunk; wire.#wake(); });
    socket.on('end', () => { wire.#ended = true; wire.#wake(); });
    socket.on('close', () => { wire.#ended = true; wire.#wake(); });
    socket.on('error', failure => { wire.#failure = failure; wire.#ended = true; wire.#wake(); });
    await new Promise((done, failed) => { socket.once(secure ? 'secureConnect' : 'connect', done); socket.once('error', failed); });
    return wire;
  }

  /** Resolves once everything written so far went to the kernel, or the connection broke (the answer then tells why). */
  write(bytes) {
    return new Promise(done => { if (this.socket.destroyed) done(); else { this.socket.write(bytes, () => done()); this.socket.once('close', () => done()); } });
  }

  async #more(deadline) {
    if (this.#ended) throw new Error(this.#failure ? `the connection broke: ${this.#failure.code}` : 'the connection ended early');
    const left = deadline - Date.now();
    if (left <= 0) throw new Error('no answer in time');
    let timer;
    await new Promise(done => { this.#wake = done; timer = setTimeout(done, left); });
    clearTimeout(timer);
    this.#wake = () => {};
  }

  async exactly(length, deadline) {
    while (this.#data.length < length) await this.#more(deadline);
    const part = this.#data.subarray(0, length);
    this.#data = this.#data.subarray(length);
    return part;
  }

  async until(mark, deadline) {
    for (let at; ;) {
      if ((at = this.#data.indexOf(mark)) >= 0) return this.exactly(at + mark.length, deadline);
      await this.#more(deadline);
    }
  }

  /** What comes until the other side ends, or until `enough(text)` says so. */
  async rest(deadline, enough = () => false) {
    while (!this.#ended && !enough(this.#data.toString('latin1'))) await this.#more(deadline);
    return this.exactly(this.#data.length, deadline);
  }

  get ended() { return this.#ended && !this.#data.length; }

  async end(deadline) {
    while (!this.#ended) await this.#more(deadline);
  }

  close() { this.socket.destroy(); }
}

/** Reads one answer. `stop(body)` may end a body early: a stream whose reader hangs up. */
export async function readAnswer(wire, method, deadline, stop) {
  let head;
  do { head = (await wire.until('\r\n\r\n', deadline)).toString('latin1'); } while (/^HTTP\/1\.1 100 /.test(head));
  const [statusLine, ...lines] = head.trimEnd().split('\r\n');
  const headers = new Map();
  for (const line of lines) {
    const at = line.indexOf(':'), name = line.slice(0, at).toLowerCase(), value = line.slice(at + 1).trim();
    headers.set(name, headers.has(name) ? `${headers.get(name)}, ${value}` : value);
  }
  const status = Number(statusLine.split(' ')[1]);
  const answer = { status, statusLine: statusLine.replace(/^HTTP\/1\.1 /, '').trimEnd(), headers, body: Buffer.alloc(0) };
  if (method === 'HEAD' || status === 101 || status === 204 || status === 304) return answer;
  const parts = [];
  const enough = () => stop?.(Buffer.concat(parts).toString('utf8'));
  try {
    if (/chunked/i.test(headers.get('transfer-encoding') ?? '')) {
      for (; ;) {
        const size = parseInt((await wire.until('\r\n', deadline)).toString('latin1'), 16);
        if (size === 0) { await wire.until('\r\n', deadline); break; }
        parts.push(await wire.exactly(size, deadline));
        await wire.exactly(2, deadline);
        if (enough()) break;
      }
    } else if (headers.has('content-length')) {
      parts.push(await wire.exactly(Number(headers.get('content-length')), deadline));
    } else {
      parts.push(await wire.rest(deadline));
    }
  } catch (failure) {
    answer.broken = failure.message;
  }
  answer.body = Buffer.concat(parts);
  return answer;
}
