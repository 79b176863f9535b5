/** What `keys.mjs` presses on each screen, and by what it knows that the key was answered. */

/**
 * A step is a key and a condition on the screen after it, given the one before; `frame` has `text` (its lines) and
 * `selected` (the number and the text of the row that bears the bar). Steps are gone through again and again.
 */
const shows = pattern => frame => pattern.test(frame.text)
const moved = (frame, before) =>
  frame.selected.row !== before.selected.row || frame.selected.text !== before.selected.text
const changed = (frame, before) => frame.text !== before.text
/** Not `changed`: news may change the same screen. */
const movedAndFrozen = frame => /frozen/.test(frame.text)

const orderOf = ({text}) => /(\S+) first, of /.exec(text)?.[1]
const reordered = (frame, before) => orderOf(frame) !== orderOf(before)

const down = {key: 'j', answered: moved}
const up = {key: 'k', answered: moved}
const follow = {key: 'f', answered: shows(/following/)}

/** `enter`: keys that lead there from the overview, each with what it leads to. */
export const screens = {
  overview: {
    enter: [],
    steps: [
      down,
      down,
      down,
      up,
      up,
      up,
      {key: '?', answered: shows(/help/)},
      {key: '\x1b', answered: shows(/SERVICE/)},
    ],
  },
  'list-followed': {
    enter: [
      ['2', /\[2 Requests\]/],
      ['g', /following/],
    ],
    steps: [
      {key: 'j', answered: movedAndFrozen},
      follow,
      {key: '\x04', answered: movedAndFrozen},
      follow,
      {key: 'G', answered: movedAndFrozen},
      {key: 'g', answered: shows(/following/)},
    ],
  },
  'list-frozen': {
    enter: [
      ['2', /\[2 Requests\]/],
      ['g', /following/],
      ['f', /frozen/],
    ],
    steps: [
      down,
      down,
      {key: '\x04', answered: moved},
      {key: '\x1b[6~', answered: moved},
      down,
      up,
      {key: '\x15', answered: moved},
      {key: 'n', answered: moved},
      {key: 'n', answered: moved},
      {key: 'N', answered: moved},
    ],
  },
  filter: {
    enter: [
      ['2', /\[2 Requests\]/],
      ['g', /following/],
    ],
    steps: [
      {key: '/', answered: shows(/filter {2,}/)},
      {key: 'status>=500 or path:/v1/cart/*', answered: shows(/cart\/\*/)},
      {key: '\r', answered: shows(/ of \S+ +\S* ?kept|[\d,.]+k? of [\d,.]+k?/), name: 'filter applied'},
      {key: '\x1b', answered: frame => !/cart\/\*/.test(frame.text), name: 'filter cleared'},
    ],
  },
  inspector: {
    enter: [
      ['2', /\[2 Requests\]/],
      ['g', /following/],
      ['j', /frozen/],
      ['\r', /Timing/],
    ],
    steps: [down, down, up, {key: '\x1b[C', answered: changed}, {key: '\x1b[D', answered: changed}],
  },
  errors: {
    enter: [['3', /requests held/]],
    steps: [
      {key: '2', answered: shows(/\[2 Requests\]/)},
      {key: '3', answered: shows(/\[3 Errors\]/)},
    ],
  },
  events: {
    enter: [['4', /\[4 Events\]/]],
    steps: [
      {key: '5', answered: shows(/\[5 Config\]/)},
      {key: '4', answered: shows(/\[4 Events\]/)},
    ],
  },
  service: {
    enter: [['\r', /\[1 Instances\]/]],
    steps: [
      down,
      up,
      {key: '3', answered: shows(/\[3 Latency\]/)},
      {key: '4', answered: shows(/\[4 Routes\]/)},
      {key: '>', answered: changed},
      {key: '1', answered: shows(/\[1 Instances\]/)},
    ],
  },
  routes: {
    enter: [
      ['\r', /\[1 Instances\]/],
      ['4', /\[4 Routes\]/],
    ],
    // Rows change places once a second, and a row at the end of the list cannot be left: not `down` and `up`.
    steps: [{key: '>', answered: reordered}],
  },
}
