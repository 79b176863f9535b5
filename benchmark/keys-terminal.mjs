/** The program's terminal as `keys.mjs` watches it: what it shows, when each frame came, and how soon keys were answered. */
import {readFileSync} from 'node:fs'
import {performance} from 'node:perf_hooks'
import xterm from '@xterm/headless'

const patienceMs = 5000

/** The program's terminal: what it shows, and when each frame began to arrive. */
export class Watched {
  #terminal
  #frameAt = 0
  #waiting
  frames = 0

  constructor(running, columns, rows) {
    this.process = running
    this.#terminal = new xterm.Terminal({cols: columns, rows, allowProposedApi: true, scrollback: 0})
    this.pty = running.child
    this.pty.resize(columns, rows)
    this.pty.onData(data => {
      const now = performance.now()
      if (data.includes('\x1b[?2026h')) {
        this.#frameAt = now
        this.frames++
      }
      this.#terminal.write(data, () => this.#waiting?.())
    })
  }

  frame() {
    const {rows, buffer} = this.#terminal
    const {active} = buffer
    const lines = Array.from({length: rows}, (_, row) => active.getLine(row)?.translateToString(true) ?? '')
    const row = lines.findIndex(line => line.includes('▌'))
    return {text: lines.join('\n'), selected: {row, text: lines[row]?.slice(0, 60) ?? ''}}
  }

  press(keys) {
    this.pty.write(keys)
  }

  /** Resolves with the moment at which the first frame that fulfils `holds` began to arrive. */
  until(holds, what) {
    return new Promise((resolve, reject) => {
      const impatience = setTimeout(() => {
        this.#waiting = undefined
        reject(new Error(`no answer to ${what}; the screen:\n${this.frame().text}`))
      }, patienceMs)
      this.#waiting = () => {
        if (!holds(this.frame())) return
        clearTimeout(impatience)
        this.#waiting = undefined
        resolve(this.#frameAt)
      }
    })
  }
}

/** Milliseconds that a thread was ready and had no core: proc(5), schedstat; 0 where the kernel does not tell. */
function waited(pid) {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ')[1]) / 1e6
  } catch {
    return 0
  }
}

/** From the key to the frame; `own` is that without what the main thread, or this process, waited for a core. */
export async function timed(watched, {key, answered, name}) {
  const before = watched.frame()
  const answer = watched.until(frame => answered(frame, before), name ?? JSON.stringify(key))
  const waits = () => waited(watched.pty.pid) + waited(process.pid)
  const waitedBefore = waits()
  const pressed = performance.now()
  watched.press(key)
  const took = (await answer) - pressed
  return {took, own: Math.max(0, took - (waits() - waitedBefore))}
}
