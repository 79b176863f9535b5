/** Seeded damage to valid messages: the same seed gives the same bytes on every machine, so a finding can be replayed. */
import {pick, type Random} from '../random.ts'

/** What parsers have stumbled over: line ends, blanks, framing, numbers, and the letters that some take for others. */
// biome-ignore format: a list of this kind is read by the line
const nastyFragments: readonly string[] = [
  '\r', '\n', '\r\n', '\r\n\r\n', '\n\n', '\n\r', '\r\r\n', '\0', '\t', ' ', '  ', '\x0b', '\x0c', '\x1f',
  '\x7f', '\x80', '\x85', '\xa0', '\xff', ':', ' :', ': ', ';', ',', '"', '\\', '=', '/', '?', '#', '@', '%',
  '%0d%0a', '[', ']', '*', '+', '-', '0', '00000000', '0x', '_', '5', 'f', 'ffffffff', 'FFFFFFFFFFFFFFFF',
  '0\r\n\r\n', '5\r\nhello\r\n', ';a', ';a="', ';a=b', 'chunked', 'gzip, ', ', identity', 'close',
  'keep-alive', '\r\n ', '\r\n\t', '\r\nContent-Length: 0', '\r\nContent-Length: 5',
  '\r\nContent-Length: +5', '\r\nContent-Length: 5, 5', '\r\nTransfer-Encoding: chunked',
  '\r\nTransfer-Encoding : chunked', '\r\nTransfer-Encoding: xchunked', '\r\nTransfer-Encoding:\r\n chunked',
  '\r\nHost: other.test', '\r\nConnection: close', '\r\nConnection: Content-Length',
  '\r\nExpect: 100-continue', '\nX: y', '\rX: y', 'HTTP/1.0', 'HTTP/1.1', 'HTTP/2.0', ' HTTP/1.1',
  'http://other.test', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n', 'HTTP/1.1 200 OK\r\n\r\n', '100', '204', '304',
]

type Mutation = (text: string, random: Random) => string

function spliced(text: string, at: number, removed: number, added: string): string {
  return text.slice(0, at) + added + text.slice(at + removed)
}

/** Where lines begin, so that damage falls on what has a meaning more often than on payload. */
function lineStarts(text: string): number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

/** The characters on which the grammar turns. */
function hinges(text: string): number[] {
  return Array.from(text.matchAll(/[\r\n:;, /=]/g), match => match.index)
}

const mutations = {
  flipBit: (text, random) => {
    const at = random(text.length)
    return spliced(text, at, 1, String.fromCharCode(text.charCodeAt(at) ^ (1 << random(8))))
  },
  replaceByte: (text, random) => spliced(text, random(text.length), 1, String.fromCharCode(random(256))),
  deleteByte: (text, random) => spliced(text, random(text.length), 1, ''),
  deleteRange: (text, random) => spliced(text, random(text.length), 1 + random(12), ''),
  repeatRange: (text, random) => {
    const at = random(text.length)
    return spliced(text, at, 0, text.slice(at, at + 1 + random(30)))
  },
  insertFragment: (text, random) => spliced(text, random(text.length + 1), 0, pick(nastyFragments, random)),
  insertAtHinge: (text, random) => {
    const at = pick([0, ...hinges(text)], random)
    return spliced(text, at + random(2), random(2), pick(nastyFragments, random))
  },
  deleteHinge: (text, random) => spliced(text, pick([0, ...hinges(text)], random), 1, ''),
  repeatLine: (text, random) => {
    const starts = lineStarts(text)
    const line = random(starts.length)
    return spliced(text, pick(starts, random), 0, text.slice(starts[line], starts[line + 1]))
  },
  deleteLine: (text, random) => {
    const starts = lineStarts(text)
    const line = random(starts.length)
    const start = starts[line] ?? 0
    return spliced(text, start, (starts[line + 1] ?? text.length) - start, '')
  },
  changeCase: (text, random) => {
    const at = random(text.length)
    const letter = text.charAt(at)
    return spliced(text, at, 1, letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase())
  },
  changeDigit: (text, random) => {
    const digits = Array.from(text.matchAll(/\d/g), match => match.index)
    return digits.length === 0 ? text : spliced(text, pick(digits, random), 1, String(random(10)))
  },
  truncate: (text, random) => text.slice(0, random(text.length)),
} satisfies Record<string, Mutation>

const kinds: readonly Mutation[] = Object.values(mutations)

/** `bytes` with 1 to `most` mutations, in a new buffer; never empty. */
export function mutated(bytes: Buffer, random: Random, most = 3): Buffer {
  let text = bytes.toString('latin1')
  for (let left = 1 + random(most); left > 0 && text.length > 1; left--)
    text = pick(kinds, random)(text, random)
  // Upper case may lie beyond latin1 (`ÿ`): then its low octet is taken, as good a mutation as any.
  return Buffer.from(text === '' ? '\r' : text, 'latin1')
}

/** `bytes` in a few pieces, cut at random. */
export function cutAtRandom(bytes: Buffer, random: Random, most = 6): Buffer[] {
  const ends = Array.from({length: random(most)}, () => random(bytes.length + 1)).sort((a, b) => a - b)
  return [...ends, bytes.length].map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end))
}
