// Preloaded by startup.test.ts (`node --require`): writes the names of Node's own modules that the program loaded to the file LOADED_MODULES.
const before = new Set(process.moduleLoadList)
process.on('exit', () => {
  const loaded = process.moduleLoadList.filter(name => !before.has(name))
  require('node:fs').writeFileSync(process.env.LOADED_MODULES, loaded.join('\n'))
})
