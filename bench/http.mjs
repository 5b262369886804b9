// A keep-alive HTTP/1.1 connection that costs little: the client shares two cores with what it measures.
import { connect } from 'node:net';

/** One request at a time on one socket; answers have a Content-Length or are chunked. */
export class Connection {
  constructor(url) {
    const { hostname, port } = new URL(url);
    this.host = `${hostname}:${port}`;
    this.socket = connect({ host: hostname, port: Number(port), noDelay: true });
    this.buffer = '';
    this.socket.setEncoding('latin1');
    this.socket.on('data', chunk => { this.buffer += chunk; this.take(); });
    this.socket.on('error', fault => this.waiting?.failed(fault));
    this.socket.on('close', () => this.waiting?.failed(new Error('the connection closed')));
  }

  call(method, path, headers, body = '') {
    const length = method === 'GET' ? '' : `content-length: ${Buffer.byteLength(body)}\r\ncontent-type: application/json\r\n`;
    this.socket.write(`${method} ${path} HTTP/1.1\r\nhost: ${this.host}\r\n${headers}${length}\r\n${body}`);
    return new Promise((done, failed) => { this.waiting = { done, failed }; });
  }

  take() {
    const end = this.buffer.indexOf('\r\n\r\n');
    if (end < 0) return;
    const head = this.buffer.slice(0, end);
    const length = /content-length: (\d+)/i.exec(head);
    let stop, body;
    if (length) {
      stop = end + 4 + Number(length[1]);
      if (this.buffer.length < stop) return;
      body = this.buffer.slice(end + 4, stop);
    } else {
      const last = this.buffer.indexOf('0\r\n\r\n', end + 4);
      if (last < 0) return;
      stop = last + 5;
      body = this.buffer.slice(end + 4, stop).replace(/(^|\r\n)[0-9a-f]+\r\n/g, '');
    }
    this.buffer = this.buffer.slice(stop);
    const { done } = this.waiting;
    this.waiting = undefined;
    done({ status: Number(head.slice(9, 12)), body });
  }

  close() { this.waiting = undefined; this.socket.destroy(); }
}
