/** Files that change are noticed: in a folder that never comes to rest, behind a link, and where the link is set anew. */
import {mkdir, mkdtemp, rename, rm, symlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {type TestContext, test} from 'node:test'
import {FileWatch} from '../../source/control/file-watch.ts'
import {until} from '../proxy/until.ts'

async function watched(t: TestContext, file: string) {
  const seen = {times: 0}
  const watch = new FileWatch({
    stirred: () => {
      seen.times++
    },
    unwatched: text => {
      throw new Error(text)
    },
  })
  watch.follow([file])
  t.after(() => watch.close())
  return seen
}

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'revproxy-watch-'))
  t.after(() => rm(path, {recursive: true}))
  return path
}

async function noticed(seen: {readonly times: number}, change: () => Promise<void>): Promise<void> {
  const before = seen.times
  await change()
  await until(() => seen.times > before)
}

test('a file is looked at though something else in its folder is written all the time', async t => {
  const path = await folder(t)
  const seen = await watched(t, join(path, 'file'))
  let isOver = false
  const writing = (async () => {
    while (!isOver) {
      await writeFile(join(path, 'log'), 'x', {flag: 'a'})
      await new Promise(resolve => setTimeout(resolve, 20))
    }
  })()
  try {
    await until(() => seen.times >= 2)
  } finally {
    isOver = true
    await writing
  }
})

test('a file behind a link is looked at when it changes, and when the link leads elsewhere, what that leads to', async t => {
  const path = await folder(t)
  const link = join(path, 'links', 'file')
  for (const name of ['links', 'one', 'other']) await mkdir(join(path, name))
  for (const name of ['one', 'other']) await writeFile(join(path, name, 'file'), name)
  await symlink(join(path, 'one', 'file'), link)
  const seen = await watched(t, link)
  await noticed(seen, () => writeFile(join(path, 'one', 'file'), 'changed'))
  await noticed(seen, async () => {
    await symlink(join(path, 'other', 'file'), `${link}.new`)
    await rename(`${link}.new`, link)
  })
  await noticed(seen, () => writeFile(join(path, 'other', 'file'), 'changed'))
})
