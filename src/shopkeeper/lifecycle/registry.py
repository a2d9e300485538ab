"""Registry: versions of each model with their champion and challenger; changed in single steps."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from shopkeeper.errors import (
    ArtifactError,
    PromotionRefusedError,
    UnknownNameError,
    UsageError,
    shorten,
)
from shopkeeper.evaluation.evidence import Evidence
from shopkeeper.lifecycle.artifacts import Artifact, read_artifact, write_artifact
from shopkeeper.lifecycle.history import Change, read_changes, record_change
from shopkeeper.lifecycle.model_card import CardFacts, CardSubject, model_card
from shopkeeper.lifecycle.promotion import Verdict
from shopkeeper.lifecycle.runs import evidence_to_plain, to_json
from shopkeeper.lifecycle.serving import log_model
from shopkeeper.lifecycle.store import CHALLENGER, CHAMPION, Store
from shopkeeper.lifecycle.tracking import Tracking
from shopkeeper.lifecycle.versions import ModelVersion
from shopkeeper.models.model import Model

if TYPE_CHECKING:
    import pandas as pd

MODELS_FOLDER = "models"
MODEL_NAME = re.compile("[a-z][a-z0-9_]{0,60}")


@dataclass(frozen=True)
class Registration:
    """A fitted model and all that is kept of it.

    Attributes:
        name: Name to register it under: that of its task.
        model: The fitted model.
        run_id: The run that trained it.
        created_at: When it is registered, UTC.
        as_of: Day before which data were seen.
        data_fingerprint: Hash of the tables it learned from.
        code_version: Version of the code.
        evidence: What the contest found.
        verdict: What the gate said of it; None where it was not asked.
        card: What the model card says besides.
        example: A few rows as `predict` takes them.
        reference: JSON of what it was trained on, as counts to watch drift by; empty for none.
    """

    name: str
    model: Model
    run_id: str
    created_at: datetime
    as_of: date
    data_fingerprint: str
    code_version: str
    evidence: Evidence
    verdict: Verdict | None
    card: CardFacts
    example: pd.DataFrame = field(repr=False)
    reference: bytes = field(default=b"", repr=False)


class Registry:
    """Registered models of a workspace.

    Reading is always possible. Whoever writes must hold the workspace's lock; a kill at any moment
    leaves the champion that stood, or the new one, whole.

    Args:
        tracking: Where runs and registered models are kept.
        further: Model classes that are trusted besides our own shelves.
    """

    def __init__(self, tracking: Tracking, further: Iterable[type[Model]] = ()) -> None:
        self.tracking = tracking
        self.folder = tracking.folder / MODELS_FOLDER
        self._further = tuple(further)
        self._store = Store(tracking, self.folder)

    def names(self) -> tuple[str, ...]:
        """Gives the names of all registered models, ascending."""
        return tuple(sorted(self._store.read()))

    def versions(self, name: str) -> tuple[ModelVersion, ...]:
        """Gives the versions of a model, ascending; none where nothing was registered."""
        return self._store.read().get(name, ())

    def version(self, name: str, number: int) -> ModelVersion:
        """Gives one version.

        Raises:
            UnknownNameError: There is no such model or version.
        """
        found = self.versions(name)
        if not found:
            raise UnknownNameError.among("registered model", name, self.names())
        for version in found:
            if version.version == number:
                return version
        raise UnknownNameError.among(
            f"version of `{name}`", str(number), (str(version.version) for version in found)
        )

    def champion(self, name: str) -> ModelVersion | None:
        """Gives the version that scores; None where none was promoted."""
        return self._with_alias(name, CHAMPION)

    def challenger(self, name: str) -> ModelVersion | None:
        """Gives the version that was registered last and not promoted yet; None where none is."""
        return self._with_alias(name, CHALLENGER)

    def artifact(self, name: str, number: int) -> Artifact:
        """Gives the folder of a version, every byte verified against the registry's seal."""
        version = self.version(name, number)
        return read_artifact(version.folder, version.seal)

    def load(self, name: str, number: int | None = None) -> Model:
        """Gives a fitted model, by default the champion.

        Raises:
            UnknownNameError: There is no such model, version or champion.
            ArtifactError: The folder is not what was registered.
        """
        if number is None:
            champion = self.champion(name)
            if champion is None:
                raise UnknownNameError(
                    f"`{name}` has no champion.", f"promote one with `shopkeeper promote {name}`"
                )
            number = champion.version
        return self.artifact(name, number).load(self._further)

    def history(self, name: str) -> tuple[Change, ...]:
        """Gives every change of the champion, oldest first."""
        return read_changes(self.folder / name)

    def register(self, registration: Registration) -> ModelVersion:
        """Adds a version and makes it the challenger; the champion stays.

        The folder comes first and the registry last, so that what the registry names is whole.

        Raises:
            ArtifactError: The model does not read back as the same model.
            UnsafeArtifactError: The model saves what the loader would refuse.
            TrackingError: The store does not answer.
        """
        name = registration.name
        check_model_name(name)
        self._store.remove_orphans(name)
        number = self._store.next_number(name)
        champion = self.champion(name)
        folder = self.folder / name / str(number)
        with self._store.pending(name, number):
            artifact = write_artifact(
                folder, registration.model, _documents(registration, number), _facts(registration)
            )
            self._prove(artifact, registration)
            source = log_model(
                self.tracking,
                registration.run_id,
                folder,
                registration.model,
                registration.example,
            )
            version = ModelVersion(
                name=name,
                version=number,
                run_id=registration.run_id,
                model=artifact.model,
                model_class=artifact.model_class,
                created_at=registration.created_at,
                as_of=registration.as_of,
                data_fingerprint=registration.data_fingerprint,
                code_version=registration.code_version,
                folder=folder,
                seal=artifact.seal,
                judged_against=champion.version if champion else None,
                verdict=registration.verdict,
            )
            added = self._store.add(version, source)
        self._store.set_alias(added, CHALLENGER)
        self._store.refresh()
        return replace(added, aliases=(CHALLENGER,))

    def promote(self, name: str, number: int | None = None, *, now: datetime) -> ModelVersion:
        """Makes a version champion, by default the challenger; only through the gate.

        Args:
            name: Name of the model.
            number: Version; None takes the challenger.
            now: When, UTC; kept in the history.

        Raises:
            UnknownNameError: There is no such model or version.
            PromotionRefusedError: It has not passed the gate, or was judged against another
                champion than the one that stands.
            ArtifactError: Its folder is not what was registered.
        """
        version = self._wanted(name, number)
        champion = self.champion(name)
        if champion is not None and champion.version == version.version:
            return champion
        _check_may_be_promoted(version, champion)
        read_artifact(version.folder, version.seal)
        self._change(version, champion, "promoted", now)
        challenger = self.challenger(name)
        if challenger is not None and challenger.version == version.version:
            self._store.drop_alias(version, CHALLENGER)
        self._store.refresh()
        return self.version(name, version.version)

    def rollback(self, name: str, *, now: datetime) -> ModelVersion:
        """Makes the previous champion champion again: one step back, as often as there are any.

        Raises:
            UnknownNameError: There is no such model.
            PromotionRefusedError: There is no previous champion.
            ArtifactError: The folder of the previous champion is not what was registered.
        """
        if not self.versions(name):
            raise UnknownNameError.among("registered model", name, self.names())
        champion = self.champion(name)
        line = self._store.champions(name)
        if champion is None or len(line) < 2:
            raise PromotionRefusedError(
                f"`{name}` has no previous champion.", f"see them with `shopkeeper models {name}`"
            )
        previous = self.version(name, line[-2])
        read_artifact(previous.folder, previous.seal)
        self._change(previous, champion, "rolled back", now)
        self._store.refresh()
        return self.version(name, previous.version)

    def refresh(self) -> None:
        """Renews the index from which readers learn of versions without importing MLflow."""
        self._store.refresh()

    def _change(
        self, to: ModelVersion, champion: ModelVersion | None, action: str, now: datetime
    ) -> None:
        """Moves the alias; that one step is the change, before and after it readers are served."""
        line = self._store.champions(to.name)
        if action == "promoted":
            # An entry behind the champion counts only once the alias points to it.
            self._store.set_champions(to.name, (*line, to.version))
            self._store.set_alias(to, CHAMPION)
        else:
            self._store.set_alias(to, CHAMPION)
            self._store.set_champions(to.name, line[:-1])
        change = Change(action, to.version, champion.version if champion else None, now, to.verdict)
        record_change(self.folder / to.name, change)

    def _wanted(self, name: str, number: int | None) -> ModelVersion:
        if number is not None:
            return self.version(name, number)
        if not self.versions(name):
            raise UnknownNameError.among("registered model", name, self.names())
        challenger = self.challenger(name)
        if challenger is None:
            raise PromotionRefusedError(
                f"`{name}` has no challenger.",
                f"train one, or name a version of `shopkeeper models {name}` with `--version`",
            )
        return challenger

    def _with_alias(self, name: str, alias: str) -> ModelVersion | None:
        found = [version for version in self.versions(name) if alias in version.aliases]
        return found[0] if found else None

    def _prove(self, artifact: Artifact, registration: Registration) -> None:
        """Reads the model back from its folder and holds it to the same predictions."""
        again = artifact.load(self._further).predict(registration.example)
        if not again.equals(registration.model.predict(registration.example)):
            shutil.rmtree(artifact.folder)
            raise ArtifactError(
                f"Model `{artifact.model}` predicts otherwise when it is read back.",
                "its `save` leaves something out that `predict` needs",
            )


def check_model_name(name: str) -> None:
    """Holds a model's name to what may name a folder and a model in MLflow.

    Raises:
        UsageError: It is none.
    """
    if not MODEL_NAME.fullmatch(name):
        raise UsageError(f"`{shorten(name)}` is no name of a model; use lower-case words and `_`.")


def _check_may_be_promoted(version: ModelVersion, champion: ModelVersion | None) -> None:
    if version.verdict is None:
        raise PromotionRefusedError(
            f"Version {version.version} of `{version.name}` was not judged.", "train it again"
        )
    if not version.verdict.passed:
        raise PromotionRefusedError(
            f"Version {version.version} of `{version.name}` has not passed the gate: "
            f"{' '.join(version.verdict.refusals)}",
            f"see `{version.folder / 'card.md'}`",
            {"refusals": version.verdict.refusals},
        )
    standing = champion.version if champion else None
    if version.judged_against != standing:
        against = version.judged_against or "none"
        raise PromotionRefusedError(
            f"Version {version.version} of `{version.name}` was judged against champion "
            f"{against}, but the champion is {standing or 'none'}.",
            "train again: it is then judged against the champion that stands",
        )


def _documents(registration: Registration, number: int) -> dict[str, bytes]:
    verdict = registration.verdict
    subject = CardSubject(
        registration.name,
        number,
        registration.model.name,
        # A model may hold any of several candidates; the verdict says which one was judged.
        verdict.challenger if verdict else registration.model.name,
        registration.as_of,
        registration.created_at.date(),
        registration.run_id,
        registration.data_fingerprint,
        registration.code_version,
    )
    card = model_card(subject, registration.card, registration.evidence, verdict)
    documents = {
        "card.md": card.encode(),
        "evidence.json": to_json(evidence_to_plain(registration.evidence)),
        "verdict.json": to_json(verdict.to_plain() if verdict else None),
    }
    if registration.reference:
        documents["reference.json"] = registration.reference
    return documents


def _facts(registration: Registration) -> dict[str, object]:
    return {
        "name": registration.name,
        "run_id": registration.run_id,
        "created_at": registration.created_at.isoformat(),
        "as_of": registration.as_of.isoformat(),
        "data_fingerprint": registration.data_fingerprint,
        "code_version": registration.code_version,
    }
