# Who is measured, and in what. Read by perf/run.

all_servers=(hutong hutong-pending hutong-pipe hutong-kestrel hutong-async hutong-standalone aspnetcore signalr ws bun gorilla raw)
# These decide whether the figures to reach (report/goals.mjs) are reached, and are measured unless others are asked for.
default_cases=(echo125x1 echo125x16 echo16Kx1 echo1Mx1 wss125x1 wss125x16 deflate1Kx1 broadcast10000x1 broadcast10000x8
  handshake handshake-fast idle10000)
all_cases=(echo16x1 echo16x16 echo125x1 echo125x16 echo1Kx1 echo1Kx16 echo16Kx1 echo16Kx16 echo1Mx1 echo1Mx16
  echo125x1c1 echo125x1c1000 echo125x1c10000 wss125x1 wss125x16 wss16Kx1 deflate1Kx1
  broadcast1000x1 broadcast1000x8 broadcast10000x1 broadcast10000x8 handshake handshake-fast idle10000)

# How many connections the large cases have; a quick run has fewer.
thousand=1000 ten_thousand=10000

# Sets the load's arguments, the scheme and the path, for every server alike.
define() { # CASE
  local bytes depth
  scheme=http path=/echo arguments=()
  case "$1" in
    broadcast*) path=/b arguments+=(--mode broadcast) ;;
    handshake*) arguments+=(--mode handshake --connections 64 --sources 200) ;;
    idle*) arguments+=(--mode idle --touch 1) ;;
    wss*) scheme=https arguments+=(--tls) ;;
    deflate*) arguments+=(--deflate) ;;
  esac
  # The name says the rest: the bytes and the depth of an echo, the depth of a broadcast, and how many connections there are.
  if [[ $1 =~ ^(echo|wss|deflate)([0-9]+)([KM]?)x([0-9]+) ]]; then
    bytes=${BASH_REMATCH[2]} depth=${BASH_REMATCH[4]}
    case "${BASH_REMATCH[3]}" in K) bytes=$((bytes * 1024)) ;; M) bytes=$((bytes * 1048576)) arguments+=(--connections 16) ;; esac
    arguments+=(--size "$bytes" --depth "$depth")
  elif [[ $1 =~ x([0-9]+)$ ]]; then
    arguments+=(--depth "${BASH_REMATCH[1]}")
  fi
  needed=1200
  case "$1" in
    *c1) arguments+=(--connections 1) ;;
    *c10000|broadcast10000*|idle10000) many "$ten_thousand" ;;
    *c1000|broadcast1000*) many "$thousand" ;;
  esac
}
many() { # CONNECTIONS
  needed=$(($1 + 200))
  arguments+=(--connections "$1" --sources 50)
}

# What a server needs that others do not.
adapt() { # SERVER CASE
  case "$1" in
    hutong-async) path=/echo-async ;;
    signalr) path=/hub arguments+=(--signalr) ;;
    raw) if [[ $2 == echo* ]]; then arguments+=(--mode raw); fi ;;
  esac
}

takes_part() { # SERVER CASE
  case "$1 $2" in
    hutong-standalone\ handshake-fast|aspnetcore\ handshake-fast|bun\ handshake-fast) true ;;
    hutong-standalone\ *|*\ handshake-fast) false ;;
    raw\ *) [[ $2 == echo* || $2 == broadcast* ]] ;;
    hutong-async\ *) [[ $2 == echo* ]] ;;
    # A hub takes 32 KiB at most unless it is told otherwise.
    signalr\ *) [[ $2 == echo* && $2 != echo1M* ]] ;;
    # Under TLS there is no bare socket: these would be the same as the default.
    hutong-pending\ wss*|hutong-pipe\ wss*) false ;;
    hutong-kestrel\ idle*|gorilla\ idle*) false ;;
    *) true ;;
  esac
}

# Whether report/goals.mjs says something about a server in a case.
is_compared() { # SERVER CASE
  case "$2:$1" in
    echo125x*:hutong-async | handshake-fast:hutong-standalone | idle*:hutong-pending | idle*:hutong-pipe) ;;
    *:hutong-* | *:signalr | *:ws | *:gorilla) return 1 ;;
    wss*:bun | deflate*:bun | handshake:bun) return 1 ;;
    *:raw) [[ $2 == echo125x* || $2 == broadcast10000x1 ]] ;;
  esac
}
