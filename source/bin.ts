#!/usr/bin/env node
/** The executable: refuses a Node that is too old in words, before anything newer than it is read. */

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(
    `revproxy-tui needs Node 22.19 or later, and this is Node ${process.versions.node}. ` +
      'Install a newer one from https://nodejs.org, or run it with: npx node@26\n',
  )
  process.exit(5)
}
// React's development build costs twice as much a frame; it has to be chosen before React is read.
process.env.NODE_ENV ??= 'production'
const {main} = await import('./cli.ts')
await main()
