#!/usr/bin/env bash
# A private PostgreSQL cluster in a folder: for ./run and for tests. It has nothing to do with the
# clusters of the system.
#
#   sql/cluster.sh start FOLDER         makes the cluster, unless it is there, and starts it
#   sql/cluster.sh url FOLDER [ROLE]    prints how libpq connects to it; ROLE is the superuser,
#                                       postgres, unless it is given
#   sql/cluster.sh stop FOLDER          stops it; what is committed is there at the next start
#   sql/cluster.sh crash FOLDER         kills all of its processes at once, as a power cut would
#   sql/cluster.sh remove FOLDER        stops it and deletes the folder
#   sql/cluster.sh hold FOLDER          starts it, prints its url, and removes it when the standard
#                                       input ends: so it ends with who holds the other end
#
# PostgreSQL does not run as root: started by root, the cluster belongs to the user postgres, or else
# nobody. Where that user cannot reach FOLDER, the cluster is made in a folder of /tmp and FOLDER is
# a symbolic link to it.
#
# It listens on a Unix socket only, in a folder that no other user may enter; whoever may is
# trusted. Commits are durable. Its database is called beffroi: UTF-8, sorted by bytes.
set -euo pipefail

say() {
  echo "cluster.sh: $*" >&2
}

usage() {
  sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//p}' "$0"
}

# Where Debian has initdb and pg_ctl, which are not in PATH there: the newest version.
programs() {
  local folder newest=
  if command -v initdb >/dev/null && command -v pg_ctl >/dev/null; then
    dirname "$(command -v initdb)"
    return
  fi
  while read -r folder; do
    [ ! -x "$folder/initdb" ] || newest=$folder
  done < <(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V)
  [ -n "$newest" ] || {
    say "there is no PostgreSQL server; ./setup installs it"
    exit 3
  }
  echo "$newest"
}

# Runs a program as the cluster's user, without what the environment says of other clusters.
as_owner() {
  local clean=(env -i PATH="$bin:$PATH" HOME="$place" LC_ALL=C)
  if [ "$(id -u)" = 0 ]; then
    (cd "$place" && runuser -u "$owner" -- "${clean[@]}" "$@")
  else
    (cd "$place" && "${clean[@]}" "$@")
  fi
}

reachable() {
  [ "$(id -u)" != 0 ] || runuser -u "$owner" -- test -x "$1"
}

# Makes the folder, or one that the owner can reach and a link to it.
make_place() {
  local folder=$1 parent
  parent=$(dirname "$folder")
  mkdir -p "$parent"
  if reachable "$parent"; then
    mkdir -m 700 "$folder"
    place=$folder
  else
    place=$(mktemp -d /tmp/beffroi.XXXXXX)
    ln -s "$place" "$folder"
  fi
  [ "$(id -u)" != 0 ] || chown "$owner:" "$place"
}

# A socket's path may have 107 bytes: a long one gives way to a short one.
make_socket_folder() {
  local socket=$place/socket
  if [ ${#socket} -gt 80 ]; then
    socket=$(mktemp -d /tmp/beffroi.XXXXXX)
    [ "$(id -u)" != 0 ] || chown "$owner:" "$socket"
    ln -s "$socket" "$place/socket"
  else
    as_owner mkdir -m 700 "$socket"
  fi
}

make_cluster() {
  rm -rf "$place/new"
  as_owner initdb --pgdata="$place/new" --username=postgres --auth=trust --encoding=UTF8 \
    --locale=C >"$place/initdb.txt" 2>&1 || {
    tail -n 20 "$place/initdb.txt" >&2
    say "PostgreSQL could not make a cluster in $place"
    exit 3
  }
  cat >>"$place/new/postgresql.conf" <<END

# cluster.sh: the one socket, and every commit on disk before it is answered.
listen_addresses = ''
unix_socket_directories = '${socket//\'/\'\'}'
port = 5432
fsync = on
full_page_writes = on
synchronous_commit = on
END
  # Only what is whole gets the name.
  mv "$place/new" "$place/data"
}

running() {
  as_owner pg_ctl status --pgdata="$place/data" >/dev/null 2>&1
}

start() {
  [ -d "$place/data" ] || make_cluster
  if ! running; then
    as_owner pg_ctl start --wait --timeout=120 --silent --pgdata="$place/data" \
      --log="$place/log.txt" </dev/null >/dev/null || {
      tail -n 20 "$place/log.txt" >&2
      say "PostgreSQL did not start in $place"
      exit 3
    }
  fi
  # Nothing is asked of libpq's environment here, so no other cluster can be meant.
  if [ -z "$(sql postgres "SELECT 1 FROM pg_database WHERE datname = 'beffroi'")" ]; then
    sql postgres 'CREATE DATABASE beffroi' >/dev/null
  fi
}

sql() {
  as_owner psql --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 \
    --host="$socket" --port=5432 --username=postgres --dbname="$1" --command="$2"
}

stop() {
  ! running || as_owner pg_ctl stop --wait --timeout=120 --silent --mode=fast \
    --pgdata="$place/data" >/dev/null
}

# The processes whose parent is $1, from /proc: "pid (name) state parent …".
children() {
  local file line
  for file in /proc/[0-9]*/stat; do
    read -r line 2>/dev/null <"$file" || continue
    # shellcheck disable=SC2086 # words are wanted
    set -- "$1" ${line##*) }
    [ "$3" != "$1" ] || echo "${line%% *}"
  done
}

crash() {
  local parent pid all left
  running || {
    say "the cluster in $place does not run"
    exit 1
  }
  parent=$(head -n 1 "$place/data/postmaster.pid")
  # Stopped first, it starts none while we look.
  kill -STOP "$parent"
  all=("$parent")
  while read -r pid; do
    all+=("$pid")
  done < <(children "$parent")
  kill -KILL "${all[@]}" 2>/dev/null || true
  left=3000 # a minute: a process that writes to a slow disk ends when that is done
  for pid in "${all[@]}"; do
    while [ -d "/proc/$pid" ] && ! grep -qs '^State:[[:space:]]*Z' "/proc/$pid/status"; do
      left=$((left - 1))
      [ "$left" -gt 0 ] || {
        say "process $pid of the cluster does not end"
        exit 3
      }
      sleep 0.02
    done
  done
  # Where nobody buries the dead, their numbers would pass for those of a running server.
  rm -f "$place/data/postmaster.pid" "$socket"/.s.PGSQL.*.lock
}

remove() {
  stop
  [ ! -L "$place/socket" ] || rm -rf "$socket"
  rm -rf "$place"
  [ ! -L "$folder" ] || rm -f "$folder"
}

# 'text' for libpq.
quoted() {
  local text=${1//\\/\\\\}
  echo "'${text//\'/\\\'}'"
}

url() {
  echo "host=$(quoted "$socket") port=5432 dbname=beffroi user=$(quoted "$1")"
}

case ${1:-} in
  start | url | stop | crash | remove | hold) ;;
  --help)
    usage
    exit 0
    ;;
  *)
    usage >&2
    exit 2
    ;;
esac
if [ $# -lt 2 ] || [ -z "$2" ]; then
  usage >&2
  exit 2
fi

bin=$(programs)
owner=postgres
id "$owner" >/dev/null 2>&1 || owner=nobody
folder=$(realpath --no-symlinks "$2")
place=$folder
case $1 in start | hold) begins=yes ;; *) begins=no ;; esac
if [ $begins = yes ] && [ ! -e "$folder" ]; then
  make_place "$folder"
elif [ ! -d "$folder" ]; then
  say "there is no cluster in $folder"
  exit 1
fi
place=$(realpath "$place")
if [ $begins = yes ]; then
  [ -e "$place/socket" ] || make_socket_folder
elif [ ! -e "$place/socket" ]; then
  say "there is no cluster in $folder"
  exit 1
fi
socket=$(realpath "$place/socket")
case $1 in
  start) start ;;
  url) url "${3:-postgres}" ;;
  stop) stop ;;
  crash) crash ;;
  remove) remove ;;
  hold)
    # The other end may go at any moment, and Ctrl-C is for it alone.
    trap '' HUP INT TERM PIPE
    start
    url postgres 2>/dev/null || true
    cat >/dev/null
    remove
    ;;
esac
