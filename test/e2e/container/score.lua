-- Rules of the scenarios. A message with X-Test-Score has exactly that score in the end, whatever else it has; one with
-- X-Test-Refusal is refused by a rule of policy, before any score.
local lua_util = require 'lua_util'

rspamd_config:register_symbol({
  name = 'TEST_REFUSAL',
  type = 'prefilter',
  priority = lua_util.symbols_priorities.medium,
  callback = function(task)
    if task:get_header('X-Test-Refusal') then task:set_pre_result('reject', 'refused by a test', 'test') end
  end,
})
rspamd_config:register_symbol({
  name = 'TEST_SCORE',
  type = 'postfilter',
  score = 1.0,
  priority = lua_util.symbols_priorities.low,
  callback = function(task)
    local wanted = tonumber(task:get_header('X-Test-Score') or '')
    if wanted then task:insert_result('TEST_SCORE', wanted - task:get_metric_score()[1]) end
  end,
})
