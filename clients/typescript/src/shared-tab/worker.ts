import { Hub, type ToHub } from './hub.js';

const hub = new Hub();

addEventListener('connect', (event) => {
  const port = (event as MessageEvent).ports[0]!;
  port.onmessage = ({ data }: MessageEvent<ToHub>) => hub.receive(data, (message) => port.postMessage(message));
});
