// What the official socket.io-client is made to do, in Node and in browsers alike: `io` is its entry point.
const TRANSPORTS = { polling: ['polling'], websocket: ['websocket'], upgrade: ['polling', 'websocket'] };

function same(actual, expected, what = 'another value') {
  const plain = (value) => JSON.stringify(value, (_, v) => {
    if (v instanceof ArrayBuffer) return { bytes: [...new Uint8Array(v)] };
    if (ArrayBuffer.isView(v)) return { bytes: [...new Uint8Array(v.buffer, v.byteOffset, v.byteLength)] };
    // Buffers write themselves before anyone is asked.
    if (v?.type === 'Buffer' && Array.isArray(v.data)) return { bytes: v.data };
    return v;
  });
  if (plain(actual) !== plain(expected))
    throw new Error(`${what}: ${plain(actual)} instead of ${plain(expected)}`);
}

const once = (target, name) => new Promise((resolve, reject) => {
  const timer = setTimeout(() => reject(new Error(`no '${name}' came`)), 20_000);
  target.once(name, (...args) => { clearTimeout(timer); resolve(args); });
});

export async function run(io, { url, recoveryUrl, mode }, report) {
  const connect = async (path = '', options = {}) => {
    const socket = io((options.base ?? url) + path, { transports: TRANSPORTS[mode], forceNew: true, reconnectionDelay: 10, reconnectionDelayMax: 20, ...options });
    const connected = await Promise.race([once(socket, 'connect').then(() => true), once(socket, 'connect_error').then(([e]) => e)]);
    if (connected !== true) { socket.disconnect(); throw connected; }
    if (mode === 'upgrade' && socket.io.engine.transport.name !== 'websocket')
      await once(socket.io.engine, 'upgrade');
    return socket;
  };

  const checks = {
    async connect() {
      const socket = await connect('', { auth: { token: 'good' }, query: { q: '1 2' } });
      if (!/^[\w-]{20}$/.test(socket.id) || socket.id === socket.io.engine.id) throw new Error(`id ${socket.id}`);
      same(await socket.emitWithAck('handshake'), { token: 'good', q: '1 2', rooms: [socket.id] });
      same(socket.io.engine.transport.name, mode === 'polling' ? 'polling' : 'websocket');
      socket.disconnect();
    },

    async events() {
      const socket = await connect();
      for (const args of [[], [1], ['é\n"'], [null, true], [[1, [2]], { a: { b: 'c' } }], [1, 2, 3, 4, 5, 6, 7, 8, 9]]) {
        socket.emit('echo', ...args);
        same(await once(socket, 'echo'), args);
        same(await socket.emitWithAck('echo with ack', ...args), args.length === 0 ? undefined : args[0]);
      }
      socket.disconnect();
    },

    async 'types'() {
      const socket = await connect();
      same(await socket.emitWithAck('typed', 'text', 7, { first: 'a', second: [1, 2] }), 'text 7 a 3');
      socket.emit('typed', 'text', 'not a number', {});
      same(await socket.emitWithAck('typed', 'after', 1, { first: '', second: [] }), 'after 1  0');
      socket.disconnect();
    },

    async binary() {
      const socket = await connect();
      const bytes = new Uint8Array([0, 1, 254, 255]);
      socket.emit('echo', bytes, { nested: [bytes, 'text'] });
      same(await once(socket, 'echo'), [bytes, { nested: [bytes, 'text'] }]);
      same(await socket.emitWithAck('reverse', bytes), new Uint8Array([255, 254, 1, 0]));
      const large = new Uint8Array(200_000).map((_, i) => i % 251);
      same(await socket.emitWithAck('echo with ack', large), large);
      socket.disconnect();
    },

    async order() {
      const socket = await connect();
      const seen = [];
      const all = new Promise((resolve) => socket.on('number', (n) => { if (seen.push(n) === 1000) resolve(); }));
      for (let i = 0; i < 1000; i++) socket.emit('number', i);
      await all;
      same(seen, [...Array(1000).keys()]);
      socket.disconnect();
    },

    async 'acks of the client'() {
      const socket = await connect();
      socket.on('question', (a, b, answer) => answer(a + b, new Uint8Array([1])));
      same(await socket.emitWithAck('ask me', 2, 3), 5);
      socket.on('silence', () => {});
      same(await socket.emitWithAck('ask for silence'), 'TimeoutException');
      socket.disconnect();
    },

    async namespaces() {
      const socket = await connect();
      const admin = socket.io.socket('/admin', { auth: { token: 'good' } });
      await once(admin, 'connect');
      same(admin.id === socket.id, false);
      same(await admin.emitWithAck('where'), '/admin');
      const dynamic = socket.io.socket('/room-17');
      await once(dynamic, 'connect');
      same(await dynamic.emitWithAck('where'), '/room-17');
      const left = once(admin, 'disconnect');
      admin.emit('bye');
      same((await left)[0], 'io server disconnect');
      same(socket.connected, true);
      admin.connect();
      await once(admin, 'connect');
      const unknown = socket.io.socket('/unknown');
      same((await once(unknown, 'connect_error'))[0].message, 'Invalid namespace');
      socket.disconnect(); admin.disconnect(); dynamic.disconnect(); unknown.disconnect();
    },

    async middlewares() {
      const error = await connect('/admin', { auth: { token: 'bad' } }).then(() => null, (e) => e);
      same([error.message, error.data], ['not authorized', { code: 7 }]);
      const socket = await connect();
      const refused = once(socket, 'refused');
      socket.emit('forbidden', 1);
      same(await refused, ['forbidden']);
      socket.disconnect();
    },

    async rooms() {
      const [a, b, c] = [await connect(), await connect(), await connect()];
      const heard = { a: [], b: [], c: [] };
      for (const [name, socket] of Object.entries({ a, b, c })) socket.on('said', (what) => heard[name].push(what));
      const room = 'room ' + Math.random();
      await a.emitWithAck('join', room);
      await b.emitWithAck('join', room);
      await a.emitWithAck('say', room, 'to', 1);
      await a.emitWithAck('say', room, 'in', 2);
      await c.emitWithAck('say', room, 'except', 3);
      await c.emitWithAck('say', b.id, 'in', 4);
      await b.emitWithAck('leave', room);
      await c.emitWithAck('say', room, 'in', 5);
      for (const socket of [a, b, c]) await socket.emitWithAck('where');
      same(heard, { a: [2, 5], b: [1, 2, 4], c: [3] });
      same((await a.emitWithAck('who', room)), [a.id]);
      a.disconnect(); b.disconnect(); c.disconnect();
    },

    async 'broadcast acks'() {
      const room = 'acks ' + Math.random();
      const sockets = [await connect(), await connect(), await connect()];
      for (const [index, socket] of sockets.entries()) {
        socket.on('how many', (answer) => answer(index + 1));
        await socket.emitWithAck('join', room);
      }
      same((await sockets[0].emitWithAck('ask all', room)).sort(), [1, 2, 3]);
      sockets.forEach((socket) => socket.disconnect());
    },

    async volatile() {
      const socket = await connect();
      same(await socket.emitWithAck('volatile please'), 'done');
      socket.volatile.emit('echo', 1);
      same(await once(socket, 'echo'), [1]);
      socket.disconnect();
    },

    async 'disconnect reasons'() {
      let socket = await connect();
      const id = socket.id;
      let reason = once(socket, 'disconnect');
      socket.emit('bye');
      same((await reason)[0], 'io server disconnect');
      socket.connect();
      await once(socket, 'connect');
      reason = once(socket, 'disconnect');
      socket.emit('close');
      same((await reason)[0], 'io server disconnect');
      socket.disconnect();
      socket = await connect();
      const last = socket.id;
      reason = once(socket, 'disconnect');
      socket.disconnect();
      same((await reason)[0], 'io client disconnect');
      const watcher = await connect();
      same([await watcher.emitWithAck('reason of', id), await watcher.emitWithAck('reason of', last)], ['server namespace disconnect', 'client namespace disconnect']);
      watcher.disconnect();
    },

    async reconnect() {
      const socket = await connect('/plain');
      const id = socket.id;
      const reason = once(socket, 'disconnect');
      const again = once(socket, 'connect');
      socket.emit('cut', 0);
      same((await reason)[0], 'transport close');
      await again;
      same([socket.id === id, socket.connected], [false, true]);
      socket.emit('echo', 1);
      same(await once(socket, 'echo'), [1]);
      socket.disconnect();
    },

    async recovery() {
      const socket = await connect('', { base: recoveryUrl });
      const id = socket.id;
      const numbers = [];
      socket.on('missed', (n) => numbers.push(n));
      await socket.emitWithAck('join', 'recovery');
      await socket.emitWithAck('say missed', 0);
      const again = once(socket, 'connect');
      socket.emit('cut', 20);
      await once(socket, 'disconnect');
      await again;
      same([socket.recovered, socket.id === id], [true, true], 'recovered');
      for (let i = 0; i < 100 && numbers.length < 21; i++) await new Promise((resolve) => setTimeout(resolve, 50));
      same(numbers, [...Array(21).keys()]);
      same(await socket.emitWithAck('rooms'), [id, 'recovery']);
      await socket.emitWithAck('say missed', 21);
      same(numbers.at(-1), 21);
      socket.disconnect();
    },
  };

  for (const [name, action] of Object.entries(checks)) {
    try {
      await action();
      report({ check: name, ok: true });
    } catch (error) {
      report({ check: name, ok: false, error: String(error?.stack ?? error) });
    }
  }
}
