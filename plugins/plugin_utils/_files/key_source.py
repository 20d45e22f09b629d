# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Where a key comes from: an option, or a file on the controller that may be vaulted and may be made once.

A key that is made is first staged beside its file and gets its real name only when a node has it: an interrupted run
then leaves no store with a key that no Edge knows.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterable, Iterator, Mapping

from ansible.errors import AnsibleError
from ansible.parsing.vault import VaultLib, is_encrypted, match_encrypt_secret

from ...module_utils._adapter.drafts import Draft
from ...module_utils._adapter.plain_file import read_plain
from ...module_utils._domain.errors import InventoryError, KeyFormatError
from ...module_utils._domain.keys.keys import check_key

_STAGED = ".new"
_LARGEST = 1 << 16


@dataclass(frozen=True)
class WantedKey:
    """A key and where it came from. ``staged``: it was made and waits for its supply."""

    text: str
    store: Path | None = None
    staged: bool = False

    def __repr__(self) -> str:
        return f"WantedKey(store={str(self.store)!r}, staged={self.staged})"

    def keep(self) -> None:
        """Give the file of a key that was made its real name, now that a node has it. Never in place of another."""
        if not self.staged or self.store is None:
            return
        staged = _staged(self.store)
        # Where it is not there, another host of the same Edge was faster.
        with writing(self.store), contextlib.suppress(FileNotFoundError):
            try:
                os.link(staged, self.store)
            except FileExistsError as exc:
                if not os.path.samefile(staged, self.store):
                    raise _cannot(
                        "write",
                        self.store,
                        f"another run made it meanwhile, and the node has the key in {staged}. Keep one of the two "
                        "under the first name, and run again",
                    ) from exc
            os.unlink(staged)


def read_key_file(path: str, *, loader: Any) -> str | None:
    """The key in a file on the controller, decrypted when it is vaulted; None when there is no such file.

    One line end at the end of the file is no part of the key. Raises KeyFormatError when the file cannot be read or
    decrypted; what it holds is not checked here.
    """
    return _read(_path(path, loader), loader)


def read_staged_key(path: str, *, loader: Any) -> str | None:
    """The key that was made for a file and is still beside it, because the run ended before the file got its name."""
    return _read(_staged(_path(path, loader)), loader)


def beside_inventory(path: str, variables: Mapping[str, Any]) -> str:
    """The path, a relative one as seen from the host's inventory; without an inventory folder, from the current one.

    Not from the playbook, as Ansible does it: ours are run by name and lie in the installed collection, whose folder is
    replaced with the next version.
    """
    return os.path.join(str(variables.get("inventory_dir") or os.getcwd()), os.path.expanduser(path))


def refuse_in_inventory_folder(path: str, sources: Iterable[Any], what: str) -> None:
    """Raises InventoryError for a key file that Ansible reads as a part of a folder of inventory files.

    It reads every file there, in folders below it as well, and takes a line of a file that is no inventory for the name
    of a host: the key would stand in every list of hosts.
    """
    for source in map(str, sources):
        folder = os.path.abspath(source)
        inside = os.path.relpath(os.path.abspath(path), folder)
        if not os.path.isdir(folder) or inside.startswith(os.pardir):
            continue
        if not inside.startswith((".", "group_vars" + os.sep, "host_vars" + os.sep)):
            raise InventoryError(
                f"Cannot use {path} for {what}: it lies in the inventory folder {folder}, in which Ansible reads every "
                "file as inventory, so that the key would become the name of a host. Put it outside, for example into "
                f"{os.path.join(os.path.dirname(folder), 'secrets')}."
            )


def write_key_file(path: Path, key: str, *, vault: bool, loader: Any) -> None:
    """A complete file with a key, vaulted or plain with mode 0600; one that is there already stays."""
    secret = _vault_secret({"vault": vault, "key_file": str(path)}, loader)
    with writing(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        create_file(path, key.encode() if secret is None else _encrypt(key, secret))


def is_vaulted(path: Path) -> bool:
    """Whether the file is encrypted with Ansible Vault; a missing one is not."""
    try:
        return bool(is_encrypted(read_plain(path, limit=_LARGEST)[0]))
    except OSError:
        return False


def wanted_key(params: Mapping[str, Any], kind: str, *, loader: Any, check_mode: bool) -> WantedKey:
    """The checked key that the options ask for, made and staged when they ask for that, too. Raises KeyFormatError."""
    if params["key"] is not None:
        return WantedKey(check_key(params["key"], kind))
    store = _path(params["key_file"], loader)
    text = _read(store, loader)
    if text is not None:
        return WantedKey(_checked(text, kind, store), store)
    if not params.get("generate"):
        raise KeyFormatError(
            f"Cannot read the {kind} from {store}: there is no such file on the controller. "
            "Create it, or correct key_file."
        )
    if check_mode:
        _vault_secret(params, loader)
        return WantedKey(_read(_staged(store), loader) or _new_key(params), store, staged=True)
    made = _stage(store, params, loader)
    text = _read(store, loader)
    if text is not None:  # another run made it between the two looks
        with contextlib.suppress(FileNotFoundError):
            os.unlink(_staged(store))
        return WantedKey(_checked(text, kind, store), store)
    return WantedKey(_checked(made, kind, store), store, staged=True)


def _path(path: str, loader: Any) -> Path:
    return Path(loader.path_dwim(os.path.expanduser(path)))


def _staged(store: Path) -> Path:
    return store.with_name(store.name + _STAGED)


def _new_key(params: Mapping[str, Any]) -> str:
    return secrets.token_hex(int(params["bits"]) // 8)


def _checked(text: str, kind: str, store: Path) -> str:
    try:
        return check_key(text, kind)
    except KeyFormatError as exc:
        raise KeyFormatError(exc.msg.replace("the given text", f"what {store} holds", 1), path=str(store)) from exc


def _read(path: Path, loader: Any) -> str | None:
    try:
        data, _status = read_plain(path, limit=_LARGEST)
    except FileNotFoundError:
        return None
    except OSError as exc:
        raise _cannot("read", path, f"{(exc.strerror or 'unknown').lower()}. Correct that on the controller") from exc
    if is_encrypted(data):
        data = _decrypt(path, data, loader)
    text = data.decode("utf-8", errors="replace")
    return text[:-1] if text.endswith("\n") else text


def _decrypt(path: Path, data: bytes, loader: Any) -> bytes:
    known = _vault_secrets(loader)
    if not known:
        raise _cannot(
            "read", path, "it is vaulted and this run has no vault secret. Give one, for example by --vault-id"
        )
    try:
        return bytes(VaultLib(known).decrypt(data))
    except AnsibleError as exc:
        raise _cannot(
            "read", path, "no vault secret of this run opens it. Give the one that it was encrypted with"
        ) from exc


def _stage(store: Path, params: Mapping[str, Any], loader: Any) -> str:
    """Make a key and keep it beside its store; one that an interrupted run left there is taken again."""
    staged = _staged(store)
    with writing(store):
        store.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        key = _new_key(params)
        secret = _vault_secret(params, loader)
        data = key.encode() if secret is None else _encrypt(key, secret)
        create_file(staged, data)
    return _read(staged, loader) or ""


@contextlib.contextmanager
def writing(path: Path) -> Iterator[None]:
    """What the system refuses meanwhile is told of this key file, as a KeyFormatError."""
    try:
        yield
    except OSError as exc:
        raise _cannot("write", path, f"{(exc.strerror or 'unknown').lower()}. Correct that on the controller") from exc


def create_file(path: Path, data: bytes) -> None:
    """A complete file under its name, or the one that is there already."""
    draft = Draft(path)
    draft.reserve()
    try:
        draft.create(data)
    finally:
        draft.release()


def _vault_secrets(loader: Any) -> list[tuple[str, Any]]:
    # The loader of the run is the only place that knows them; no public way leads there.
    return list(loader._vault.secrets or [])


def _vault_secret(params: Mapping[str, Any], loader: Any) -> tuple[str, Any] | None:
    """The vault id and secret to encrypt with; None when the store is a plain file. Raises KeyFormatError."""
    if not params["vault"]:
        return None
    known = _vault_secrets(loader)
    if not known:
        raise KeyFormatError(
            f"Cannot make the key file {params['key_file']}: vault is true and this run has no vault secret to encrypt "
            "with. Give one, for example by --vault-id, or set vault to false for a plain file of mode 0600."
        )
    return match_encrypt_secret(known)  # type: ignore[no-any-return]


def _encrypt(key: str, secret: tuple[str, Any]) -> bytes:
    vault_id, vault_secret = secret
    return bytes(VaultLib().encrypt(key, vault_secret, vault_id=vault_id if vault_id != "default" else None))


def _cannot(verb: str, path: Path, what: str) -> KeyFormatError:
    return KeyFormatError(f"Cannot {verb} the key file {path}: {what}.", path=str(path))
