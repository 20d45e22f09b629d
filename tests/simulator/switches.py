# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that the reference leaves open, as named switches, and the simulator's own timings.

"CP" is control-plane-api.md, "NF" is node-files.md, "SR" is security-replication.md. A comment on a field says which
open point it stands for; the page README.md lists them all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Optional


@dataclass
class Switches:
    """One position per open point. The defaults are the likelier reading."""

    # Node files
    # NF 1.3 step 1: the line "Deleting original" may mean the bootstrap file or the live copy.
    bootstrap_join_key_removed_after_start: bool = True
    # NF 3.1: whether .pem and .cer are picked up in access/keys/trusted, besides .crt.
    trusted_accepts_pem: bool = False
    # NF 3.1: whether a file with several certificates, DER, or bare base64 is imported.
    trusted_accepts_bundles: bool = False
    trusted_accepts_der: bool = False
    # NF 3.4: whether bootstrap files other than the token request are deleted after use.
    bootstrap_certificates_removed_after_start: bool = True
    # NF 4: "the flag must be taken back, otherwise each restart makes a new CA" says of this one file that it stays.
    reset_ca_keys_removed_after_start: bool = False
    # NF 9 "First admin": whether bootstrap.creds is removed after use.
    bootstrap_credentials_removed_after_start: bool = False
    # NF 1.1: whether the server takes a key that is not 32 or 64 hexadecimal digits (48 digits, other text).
    odd_key_text_accepted: bool = False
    # NF 1.1: whether Access strips a line end after a key; other products do.
    key_line_end_stripped: bool = False
    # NF 1.1: whether two keys that differ in case only are two keys.
    key_case_matters: bool = True
    # NF 1.3: plain text in the live join.key of a node whose database holds no key yet: taken over, or replaced.
    plain_live_join_key_taken_at_first_start: bool = True
    # NF Traps 7: a key in system.yaml of a node that has started: "ignored" (the database wins) or "refused".
    system_yaml_key_after_first_start: Literal["ignored", "refused"] = "ignored"
    # NF 9 says that sensitive values are encrypted in place; not whether that includes the master key itself.
    system_yaml_master_key_encrypted: bool = True
    # NF 1.2: 7.x writes cipher text to the live join.key; of 6.x it is only said that Access copies the value.
    live_join_key_encrypted_on_6x: bool = False
    # NF 1.3 last paragraph: whether another product encrypts the plain join key in its join.key file, and when.
    product_join_key_encrypted: bool = False
    # NF 2 "Reset": access_configs holds the keys of Access; that the TLS CA's goes with the deleted rows is not said.
    master_key_reset_renews_ca: bool = True
    # NF 4: whether access.config.latest.yml shows a setting that Access does not know, or Access drops it.
    unknown_access_setting_shown: bool = True
    # NF 1.2: what services write into "Pending for N seconds with … timeout"; 5m0s in deployments of 2024.
    key_pending_timeout: str = "2m0s"
    # NF 6: a bootstrap pair that does not match or is not valid for 7 days: "start_fails" or "ignored".
    bad_bootstrap_pair: Literal["start_fails", "ignored"] = "start_fails"
    # NF 4 "Demands": an own server certificate of the router that does not meet them: "start_fails" or "default_used".
    bad_server_certificate: Literal["start_fails", "default_used"] = "start_fails"
    # NF 3.4: whether bootstrap/router/keys/custom-server.* are deleted once the router has its copies.
    server_certificate_removed_after_start: bool = False
    # NF 4 "plain HTTP is refused": with 400 as Go's servers do, with 404 as Traefik does, or without an answer.
    plain_http_to_tls_port: Literal["bad_request", "not_found", "hang_up"] = "bad_request"
    # NF 3 table, (b): whether running services notice a new file in security/keys/trusted.
    tls_trust_hot_reload: bool = False
    # NF Traps 26: whether a 7.x node reads app/bin/artifactory.default, as 6.x reads its own.
    default_file_read: bool = True
    # NF Traps 26: whether a node has the environment of whoever calls artifactoryctl. A process inherits it, but tests
    # and the demo should not depend on the shell that they are called from.
    control_script_environment: bool = False
    # NF 7: what separates the hosts in JF_ROUTER_PROXY_IGNOREDHOSTS.
    ignored_hosts_separator: str = ","
    # NF 7 last line: Go's library keeps loopback addresses out of HTTP_PROXY; users report trouble all the same.
    environment_proxy_spares_loopback: bool = False
    # Two running nodes with one shared.node.id: charts #1474 has 409 for the second one, which goes on trying
    # ("refused"). Whether it may also fail ("start_fails"), or take the first one's place ("replaces"), is not known.
    node_id_conflict: Literal["refused", "start_fails", "replaces"] = "refused"
    # The same for two nodes with one shared.node.ip that is not this machine's own: charts #1474 has that, too.
    node_ip_conflict: bool = False
    # NF 6: whether a node that was not restarted since another one loaded a new signing pair works with the pair that
    # the database holds now, or with the one that its own start has read.
    signing_pair_of_nodes: Literal["of_the_database", "of_their_start"] = "of_the_database"
    # NF 3.1: a certificate that is trusted already: the file is swallowed again, or stays.
    trusted_swallows_duplicates: bool = True

    # JPDs
    # CP 1.5: 409 by the old pages, 400 by the new ones.
    duplicate_jpd_status: int = 409
    # CP 1.5: the wording is not known. {what} is name or url.
    duplicate_jpd_message: str = "A JPD with {what} '{value}' already exists"
    # CP 1.5: what an expired and a spent pairing token lead to; likely the same, since Mission Control cannot tell.
    expired_pairing_token_message: str = "Failed to join the JPD. Are the credentials correct?"
    spent_pairing_token_message: str = "Failed to join the JPD. Are the credentials correct?"
    # CP "For a simulator": whether a duplicate is noticed before the pairing token is spent.
    duplicate_check_before_token: bool = True
    # CP 1.6: whether PUT with a new pairing token heals a JPD that is UNAUTHORIZED.
    put_with_token_repairs: bool = True
    # CP 1.6: whether PUT without "tags" clears them.
    put_without_tags_clears: bool = True
    # CP 1.5: "accepted" as on 7.84-7.90, "refused" as on 7.146 (NF 1.7 names the versions that break it later).
    join_key_registration: Literal["accepted", "refused"] = "accepted"
    # CP 1.3: new pages call the token optional; the only live report says 400. "accepted_with_circle_of_trust" joins
    # without a credential when each side trusts the other's root certificate.
    jpd_without_token: Literal["refused", "accepted_with_circle_of_trust"] = "refused"
    # CP 1.7: whether DELETE withdraws the platform's master token at the Edge.
    delete_revokes_master_token: bool = False
    # CP trap 9: nobody has reported what deleting the home JPD is answered with.
    delete_home_jpd_status: int = 400
    # CP 1.2: whether name= and url= without an asterisk compare without regard to case.
    filter_ignores_case: bool = False
    # CP 1.5: "type" of the error that carries the two messages about joining.
    join_error_type: str = "Exception"

    # Licences
    # CP 1.7: whether DELETE of a JPD gives its licences back to their buckets.
    delete_jpd_releases_licences: bool = False
    # CP 1.8: release takes back all licences that the JPD or the label has of the bucket, or one ("a license").
    release_takes_back: Literal["all", "one"] = "all"
    # CP 1.8: {name} in the path: by name and identifier as the pages show both, or by one of them.
    bucket_path: Literal["both", "name", "identifier"] = "both"
    # CP 1.8 report: how JPDs are called in "jpds", by their name as the page says, or by their id as its sample does.
    bucket_report_names: Literal["name", "id"] = "name"
    # CP 1.8 report: "parts may be missing when unused": left out, or there and empty.
    bucket_report_leaves_out_unused: bool = True
    # CP 1.8: whether a bucket that has licences in use can be deleted.
    bucket_in_use_deletable: bool = True
    # CP 1.8: what acquire answers with when too few licences are left; only deploy has a documented status for it.
    acquire_none_left_status: int = 500
    # CP 5.3: licenseHash. Artifactory's open source has "the hash of the license key with an added char for indication
    # of type"; the page's samples are a SHA-1 and a digit. Over the key with its lines ("lines"), without white space
    # ("compact"), or nothing that a client could compute ("other").
    licence_hash: Literal["lines", "compact", "other"] = "lines"
    # CP 5.3: what POST /licenses does on a server of one node: the vendor's Terraform provider uses it there. The new
    # licence takes the old one's place, or is kept beside it.
    licences_of_one_node: Literal["one", "pool"] = "one"
    # CP 5.3: whether /licenses works on a server of one node at all.
    licenses_without_ha: bool = True
    # CP 5.3 "400 bad key": whether that includes the key of an expired licence.
    expired_licence_key_accepted: bool = False
    # CP 5.3: what the bare object that the Terraform provider posts is taken for, instead of an array.
    licenses_bare_object_accepted: bool = True

    # Pairing
    # CP 2.2: where a mission-control pairing token is exchanged.
    exchange_path: str = "/access/api/v1/service_trust/exchange"
    # CP 2.4: life of the mission-control master token.
    master_token_lifetime: int = 31_536_000
    # CP 2.4: whether Mission Control renews the master token in time.
    master_token_renewed: bool = False
    # CP 2.4: whether the master token dies when the Edge's base URL changes.
    base_url_change_breaks_pairing: bool = True

    # Tokens
    # CP 3.5: the word that follows "Invalid token, " or "Token failed verification: " for a signer that is not trusted.
    # The vendor's knowledge base has "signature" in Artifactory's line (NF 10 "Lines worth watching").
    untrusted_issuer_word: str = "signature"
    # CP 3.4: the word for a revocable token that comes from another instance.
    foreign_token_word: str = "revocable"
    # CP 3.1: one year by the newer pages, 3600 by an older one.
    token_default_expiry: int = 31_536_000
    # CP 3.2: last_used is there since 7.108.3, when it is switched on in the system properties.
    token_last_used: bool = False
    # CP 0: Access takes Basic on the token endpoint only when "Enable token generation via API" is on (7.63.2).
    basic_on_token_endpoint: bool = False

    # Certificates
    # CP 4 says admin, NF 3.2 says that nothing is needed since 7.12.0.
    cert_root_for_everyone: bool = False
    # CP 4: whether the bare form of cert/root is one line or wrapped.
    cert_root_wrapped: bool = False
    # NF 3.2: from which version on cert/root knows formatted=true.
    cert_root_formatted_since: str = "7.12.0"
    # CP 4: what validate_server answers when the target cannot be reached at all.
    validate_server_unreachable_status: int = 412

    # Access Federation
    # CP 7.1: "old": camelCase names of the filters in answers, 404 for a name that is taken (page "Register Access
    # Federation"), 204 for PATCH, and at Mission Control names instead of ids, and 422 (CP 7.2).
    federation_pages: Literal["new", "old"] = "new"
    # CP 7 needs a circle of trust between the servers; the page "Configure Access Federation Topologies" gives for a
    # star only the targets the source's root certificate: "target_trusts_source".
    federation_trust: Literal["both_ways", "target_trusts_source"] = "both_ways"
    # CP 7 "base URLs set": whether Mission Control looks at that.
    federation_needs_base_url: bool = True
    # CP 7.2: whether PUT removes targets of the source that it does not name; there is said to be no delete.
    federation_put_removes_targets: bool = False
    # CP 7.2: PUT knows no group filters; whether it leaves those of a target that is there.
    federation_put_resets_group_filters: bool = False
    # CP 7.1: whether the source tests the circle of trust when a target is registered at it directly.
    federation_checks_trust_when_registered: bool = False

    # Artifactory
    # CP 5.1: whether the pings answer without credentials.
    anonymous_ping: bool = True
    # CP 5.4 and trap 26: what a SaaS instance answers to calls that are for self-hosted ones only.
    saas_refusal_status: int = 400
    # CP 5.4: verifyconnection's text for an endpoint that answers is known; not the one for an endpoint that does not.
    endpoint_without_answer_message: str = "Received error from endpoint url: {reason}"

    # CP 4: fingerPrint is called the SHA-256 fingerprint. The page's sample is in small letters, the vendor's Terraform
    # provider computes capitals.
    certificate_fingerprint: Literal["SHA256", "sha256", "bare sha256", "SHA1"] = "SHA256"
    # CP 4: the page has fingerPrint, CertificateInfoRestModel of the open source edition fingerprint.
    certificate_fingerprint_field: Literal["fingerPrint", "fingerprint"] = "fingerPrint"
    # CP 4: the page has ISO 8601 with "yyyy-MM-dd'T'HH:mm:ss.SSSZ", of which Java makes +0000; clients saw a Z. Its
    # sample is neither.
    certificate_times: Literal["Z", "offset", "sample"] = "Z"
    # CP 4: whether a second POST with the alias of a certificate replaces it, as the Terraform provider's update does.
    certificate_alias_reusable: bool = True

    # Repositories
    # py-jfrog-client's page has 404 for a repository that is not there; open clients look for 400 all the same.
    unknown_repository_status: int = 400
    # The page "JFrog Artifactory Edge": uploads are taken in artifactory-edge-uploads only. How others are refused, and
    # whether an admin's are, is not said.
    edge_takes_uploads: bool = False

    # Signing keys
    # CP 6.1: a trusted key's text is in "public_key" by jfrog-client-go's test, in "key" by its trustedkeys.go and by
    # the Terraform provider; "either" takes both.
    trusted_key_field: Literal["either", "key", "public_key"] = "either"
    # CP 6.1: the Terraform provider asks for 201, the official Go client takes 200 and 201.
    trusted_key_added_status: int = 201
    # CP 6.1: an alias or a key that is there already: 409 or 400.
    duplicate_trusted_key_status: int = 409
    # CP 6.1: what a "kid" looks like: the last 6 digits of the fingerprint ("short") or the last 16 ("key_id").
    trusted_key_id: Literal["short", "key_id"] = "short"
    # CP 6.1: a fingerprint in "pairs" with colons, or "plain".
    trusted_key_fingerprint: Literal["pairs", "plain"] = "pairs"
    # CP 6.1 and trap 28: whether Distribution's report of a propagation is wrapped, as on the pages; live it was not.
    key_report_wrapped: bool = False
    # CP 6.1: an upload of Distribution's key pair: the page of the former call has both 200 and 201.
    distribution_key_uploaded_status: int = 201

    # Release bundles
    # CP 6.5: signing a v1 bundle while Distribution has no key.
    no_distribution_key_message: str = "No signing key was found"
    # CP 6.2: whether artifacts that are not there are told at once, or by the status of a bundle that is made in the
    # background.
    bundle_artifacts_checked: Literal["at_once", "in_background"] = "at_once"
    # CP 6.2: a bundle that is made in the background: 200 or 202.
    bundle_in_background_status: int = 202
    # CP 6.2: a creation without the header that names the key: refused, or signed with a key that the server chooses.
    bundle_without_signing_key: Literal["refused", "default_key"] = "refused"
    # CP 6.2: a key pair of that name is not there: 400 or 404 of the codes that are listed. For its propagation (6.1)
    # none is listed at all.
    unknown_signing_key_status: int = 404
    # CP 6.2: an artifact is not there: 400, 404 or 422 of the codes that are listed.
    bundle_artifact_missing_status: int = 404
    # CP 6.3: the older page's sample has the flags as text.
    distribution_flags_as_text: bool = False
    # CP 6 and 6.6: a JPD that is OFFLINE: it is "left_out" of the sites, the call is "refused", or it is "tried".
    distribution_to_offline: Literal["left_out", "refused", "tried"] = "left_out"
    # CP 6.6: the same for one that is UNAUTHORIZED; "tried", its part of the tracker fails.
    distribution_to_unauthorized: Literal["left_out", "refused", "tried"] = "tried"
    # CP 6: the wording of that refusal.
    distribution_refused_message: str = "Cannot distribute to {name}: the JPD is {status}"
    # CP 6.3: rules that match no Edge: 400 or 404. The text is of v1's page.
    no_edge_matches_status: int = 400
    no_edge_matches_message: str = "Distribution rules must resolve to at least one edge"
    # CP 6.3: the official client takes 200 and 202.
    distribute_status: int = 202
    # CP 6.4: whether one tracker is found by the friendly id of the list, too.
    tracker_by_friendly_id: bool = False
    # CP 6.6: what a tracker says about an Edge that did not get a bundle; no page quotes any of these.
    delivery_error_unauthorized: str = "Failed to prepare transaction on {name}: Token failed verification: {word}"
    delivery_error_offline: str = "Failed to prepare transaction on {name}: the target cannot be reached"
    delivery_error_unhealthy: str = "Failed to prepare transaction on {name}: HTTP 502 Bad Gateway"
    delivery_error_licence: str = "Failed to prepare transaction on {name}: no valid license is installed"
    delivery_error_version: str = "Failed to prepare transaction on {name}: not supported by version {version}"
    delivery_error_key: str = "Failed to close transaction on {name}: signature of key '{key}' cannot be verified"
    delivery_error_repository: str = "Failed to close transaction on {name}: repository '{repo}' does not exist"
    delivery_file_error: str = "Failed to replicate {path}"

    # Users, groups and permissions
    # SR 5.8: pages of lists hold at most this many, whatever the limit is; None is no limit but the one that is sent.
    security_page_size: Optional[int] = None
    # SR 5.2: a list that loses its pages: it ends with the first one ("no_cursor"), or its cursor leads to the same
    # page again and again ("cursor_repeats"). No page has that; a proxy that keeps answers, or a bug, does it.
    security_page_lost: Literal["no", "no_cursor", "cursor_repeats"] = "no"
    # SR 5.8: how many seconds reads are behind writes, as they may be on HA.
    security_read_lag: float = 0.0
    # SR 5.1: lists are possible with system:identities:r and system:permissions:r; whether single objects are.
    narrow_scope_reads_objects: bool = True
    # SR 2.2 names accounts that the servers make for themselves; whether lists have them is not said.
    internal_users_listed: bool = True
    # SR 5.1, 5.8: the legacy API of a site in the cloud is served, answers nothing, or takes no permissions.
    legacy_security_api: Literal["served", "blocked", "permission_writes_blocked"] = "served"
    # SR 5.8: 405 or 406; 406 was seen.
    legacy_blocked_status: int = 406
    # SR 5.2: names are in lower case; whether others are refused or lowered is not said.
    upper_case_user_names: Literal["lowered", "refused"] = "lowered"
    # SR 5.2, 5.8: "+" in names of users is for the cloud; elsewhere a server property lets them in.
    plus_in_user_names: bool = False
    # SR 5.1: before 7.84.3, PATCH of a user without a password was faulty; how, is not said: "refused" or "works".
    early_user_patch: Literal["refused", "works"] = "refused"
    # SR 5.3: a member that does not exist fails the call; 404 is documented for the creation of a group only.
    unknown_member_status: int = 404
    # SR 5.4: a repository that does not exist: legacy answers 400, of Access v2 nothing is known. "refused", "dropped"
    # without a word, or "kept".
    unknown_repository_in_permission: Literal["refused", "dropped", "kept"] = "refused"
    # SR 5.4: the same for a user or a group.
    unknown_principal_in_permission: Literal["refused", "dropped", "kept"] = "refused"
    # SR 5.4: an admin as a principal is refused by the legacy API, by tests of other clients.
    legacy_admin_principal: Literal["refused", "kept"] = "refused"
    # SR 5.4: a remote repository X comes back as X-cache, sometimes as both (terraform-provider-platform #173), or X.
    remote_repositories_shown: Literal["cache", "both", "plain"] = "cache"
    # SR 5.4: ANY LOCAL comes back as all local repositories now and then (terraform-provider-platform #325).
    any_local_expanded: bool = False
    # SR 5.5: a user that does not exist: 404, in some versions 400.
    legacy_user_missing_status: int = 404

    # User plugins of 6.x
    # The page "Reload Plugins" has "if there are modifications since the last user plugins reload": whether a plugin
    # whose file is as it was is loaded again, so that it reads its configuration anew.
    plugin_reload_skips_unmodified: bool = True
    # SR 1.3: the deploy call of a plugin: whether it is loaded at once. The plugin's page calls it right after that.
    plugin_deploy_loads: bool = True
    # SR 1.3: whether a plugin that is deployed on one node of HA is copied to the others; they do not load it.
    plugin_spreads_in_cluster: bool = True
    # SR 1.2: the answer to an execution that no loaded plugin has.
    unknown_execution_status: int = 404
    # SR 1.3: the rights of securityReplication.json where the plugin itself makes it, in octal digits.
    plugin_config_mode: str = "644"

    # Manners: the reference is silent, the simulator is strict
    # A field of a JSON or form body that no page knows, or that is there twice: 400, or ignored.
    refuse_unknown_fields: bool = True
    # A query parameter that no page knows, or that is there twice: 400, or ignored.
    refuse_unknown_query: bool = True
    # A body where none is documented: 400, or ignored.
    refuse_unexpected_body: bool = True
    # A body of a content type that no page knows.
    wrong_content_type_status: int = 415

    # CP 8: how many requests of clients the platform lets through in a second; 0 is no limit. The others are answered
    # with 429 before anything is done. No page has such a limit for Access and Mission Control; searches and the IP
    # allowlist do.
    platform_requests_per_second: float = 0.0
    # CP 8: no page has a Retry-After with such an answer; None leaves it out.
    too_many_requests_retry_after: Optional[int] = None

    # Timings, in seconds of real time
    # NF 3.1: 15 to 90 s at the product.
    trusted_import_delay: float = 1.0
    # From the start command until all services are healthy.
    start_duration: float = 0.3
    # NF trap 24: how long Access answers 401 after its ping is up for the first time.
    access_settling_time: float = 0.0
    # CP 6.2: a bundle that is made, or deleted, in the background.
    bundle_creation_duration: float = 0.2
    # CP 6.4: from the call until a tracker is Completed or Failed; the first quarter of it is "In queue".
    distribution_duration: float = 0.5
    # CP 1.4: reads of a JPD after which its licences are shown.
    licence_refresh_reads: int = 1
    # CP 1.4: how long a computed status is kept.
    status_poll: float = 0.0
    # CP 7.1: how long a full broadcast runs, during which another one is answered with 202.
    federation_broadcast_duration: float = 0.0

    # The bridge
    # CP 2.6: whether Mission Control compares the base URL in the pairing token with the URL of a bridge ("jpd"), or
    # with nothing ("any"): the documented way registers with a token that the Edge knows nothing of the bridge for.
    bridge_pairing_base_url: Literal["any", "jpd"] = "any"
    # CP 2.6: the page of the call that makes a bridge has no status for an id that is taken.
    duplicate_bridge_status: int = 409
