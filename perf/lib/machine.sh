# What the report says about the run, the machine and the versions: run.json. Read by perf/run.

text() { printf '%s' "$1" | tr -d '\042\134' | tr -s '[:space:]' ' '; }

names() { # NAME...: as the inside of a JSON array
  local name list=''
  for name; do list+="${list:+,}\"$name\""; done
  printf '%s' "$list"
}

pairs() { # who takes part in which case
  local case server list=''
  local -a who
  for case in "${cases[@]}"; do
    who=()
    for server in "${servers[@]}"; do if takes_part "$server" "$case"; then who+=("$server"); fi; done
    list+="${list:+, }\"$case\": [$(names "${who[@]}")]"
  done
  printf '%s' "$list"
}

describe() {
  cat <<END
{
  "command": "$(text "$command_line")",
  "started": "$(date -u +'%Y-%m-%d %H:%M UTC')",
  "commit": "$(git rev-parse --short HEAD 2>/dev/null || echo unknown)$(git diff --quiet HEAD -- src samples 2>/dev/null || echo ', changed')",
  "rounds": $rounds, "seconds": $seconds, "warm_up": $warm_up, "quick": $quick,
  "thousand": $thousand, "five_thousand": $five_thousand, "ten_thousand": $ten_thousand,
  "servers": [$(names "${servers[@]}")],
  "cases": {$(pairs)},
  "cpu": "$(text "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)")",
  "cores": $(nproc), "memory_gb": $(awk '/MemTotal/ { printf "%.1f", $2 / 1048576 }' /proc/meminfo),
  "virtual": $(grep -qw hypervisor /proc/cpuinfo && echo true || echo false),
  "kernel": "$(text "$(uname -r | cut -d- -f1)")", "system": "$(text "$(sed -n 's/^PRETTY_NAME=//p' /etc/os-release 2>/dev/null)")",
  "load_before": "$(cut -d' ' -f1-3 /proc/loadavg)",
  "dotnet": "$(text "$(dotnet --list-runtimes | sed -n 's/^Microsoft.AspNetCore.App \([^ ]*\).*/\1/p' | sort -V | tail -1)")",
  "node": "$(text "$(node --version)")",
  "ws": "$(text "$(node -p "require('./perf/servers/ws/node_modules/ws/package.json').version" 2>/dev/null || echo none)")",
  "socketio": "$(text "$(node -p "require('./perf/servers/socketio/node_modules/socket.io/package.json').version" 2>/dev/null || echo none)")",
  "bun": "$(text "$([ -n "$bun" ] && "$bun" --version || echo none)")",
  "go": "$(text "$(go version 2>/dev/null | sed -n 's/^go version go\([^ ]*\).*/\1/p' || true)")",
  "gorilla": "$(text "$(dpkg-query -W -f '${Version}' golang-github-gorilla-websocket-dev 2>/dev/null || echo unknown)")",
  "compiler": "$(text "$(g++ -dumpfullversion)")",
  "openssl": "$(text "$(openssl version 2>/dev/null | cut -d' ' -f2)")",
  "descriptors": $descriptors
}
END
}
