"""Everything that a store's public verbs return of a workspace, as JSON data.

The keys are those of the files in ``fixtures/`` and stay; when the code renames an attribute, only the right-hand side
changes here. Revisions are left out: they may differ.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from jlabel.model.answer import Answer
from jlabel.model.assist_settings import AssistSettings
from jlabel.model.page import Page
from jlabel.model.project import ProjectRecord
from jlabel.model.record import LabelEntry, Record
from jlabel.model.run import Run, Suggestion
from jlabel.model.shapes.box import Box
from jlabel.model.shapes.polygon import Polygon
from jlabel.store import Store, read_records, read_sources, read_training_labels

Json = dict[str, Any]


def read_workspace(store: Store, sessions: Mapping[str, int]) -> Json:
    """Return all projects, and what the sessions (ids by any name) have open."""
    return {
        "projects": {project.name: read_project(store, project) for project in store.projects()},
        "sessions": {
            name: {"id": number, "pages": [read_page(page) for page in store.pages(number)]}
            | {"drafts": _drafts(store, number)}
            for name, number in sessions.items()
        },
    }


def read_project(store: Store, project: ProjectRecord) -> Json:
    """Return one project: what it is, its items with their histories, and what assist did."""
    counts, queues, lease = store.counts(project.id), store.queue_counts(project.id), store.assist_lease(project.id)
    outcomes = store.assist_outcomes(project.id)
    totals = store.labelers(project.id)
    return {
        "id": project.id,
        "task": str(project.task),
        "instructions": project.instructions,
        "paused": project.paused,
        "created_at": _time(project.created_at),
        "classes": [
            {"id": one.id, "path": one.path, "color": one.color, "key": one.key, "retired": one.retired}
            for one in store.classes(project.id, retired=True)
        ],
        "offered": [one.id for one in store.classes(project.id)],
        "sources": [
            {"id": number, "root": source.root, "pattern": source.pattern, "paths": list(source.paths)}
            for number, source in read_sources(store, project.id)
        ],
        "counts": {
            "total": counts.total,
            "remaining": counts.remaining,
            "waiting": counts.waiting,
            "leased": counts.leased,
            "labeled": counts.labeled,
            "skipped": counts.skipped,
            "unreadable": counts.unreadable,
            "removed": counts.removed,
            "missing": counts.missing,
        },
        "queues": {"manual": queues.manual, "clustered": queues.clustered, "prelabeled": queues.prelabeled},
        "items": [
            {**read_record(record), "history": [read_entry(entry) for entry in store.history(record.item)]}
            for record in read_records(store, project.id)
        ],
        "labelers": {
            total.labeler: {
                "labeled": total.labeled,
                "skipped": total.skipped,
                "seconds": total.seconds,
                "auto_submit": store.habits(project.id, total.labeler).get("auto_submit") is True,
                "submissions": [
                    {"id": one.id, "at": _time(one.at), "seconds": one.seconds, "queue": str(one.queue)}
                    | {"items": list(one.items)}
                    for one in store.submissions(project.id, total.labeler)
                ],
            }
            for total in totals
        },
        "assist_settings": _assist_settings(AssistSettings.from_dict(store.assist_settings(project.id))),
        "runs": [read_run(run) for run in reversed(store.runs(project.id))],
        "lease": lease
        and {"token": lease.token, "host": lease.host, "since": _time(lease.acquired_at)}
        | {"until": _time(lease.expires_at)},
        "training_labels": [
            {"item": one.item, "answer": read_answer(one.answer), "labeler": one.labeler, "at": _time(one.at)}
            | {"random": one.random, "run": one.run, "blind": one.blind}
            for one in read_training_labels(store, project.id)
        ],
        "outcomes": sorted([count.run, count.class_id, str(count.outcome), count.number] for count in outcomes.numbers),
        "pace": {
            str(queue): {"items": number, "seconds": round(outcomes.seconds[queue], 6)}
            for queue, number in sorted(outcomes.items.items())
        },
    }


def read_record(record: Record) -> Json:
    """Return an item and its current label."""
    return {
        "item": record.item,
        "name": record.name,
        "uri": record.uri,
        "stamp": record.stamp,
        "state": str(record.state),
        "reason": record.reason,
        "width": record.width,
        "height": record.height,
        "missing": record.missing,
        "answer": read_answer(record.answer),
        "label": record.label,
        "labeler": record.labeler,
        "at": record.at and _time(record.at),
        "seconds": record.seconds,
        "origin": record.origin and str(record.origin),
        "run": record.run,
    }


def read_entry(entry: LabelEntry) -> Json:
    """Return one entry of an item's history."""
    return {
        "id": entry.id,
        "labeler": entry.labeler,
        "at": _time(entry.at),
        "seconds": entry.seconds,
        "origin": str(entry.origin),
        "answer": read_answer(entry.answer),
        "run": entry.run,
        "submission": entry.submission,
    }


def read_answer(answer: Answer) -> Json:
    """Return an answer without what is empty in it."""
    annotations = []
    for one in answer.annotations:
        data: Json = {"class": one.class_id}
        match one.shape:
            case Box():
                data["box"] = [one.shape.x0, one.shape.y0, one.shape.x1, one.shape.y1]
            case Polygon():
                data["rings"] = [[list(point) for point in ring] for ring in one.shape.rings]
                data["holes"] = [[list(point) for point in ring] for ring in one.shape.holes]
        if one.shape is not None:
            data |= {"uid": one.uid, "made": str(one.made)}
        annotations.append(data)
    found = {"annotations": annotations, "empty": answer.empty, "skipped": answer.skipped}
    return {key: value for key, value in found.items() if value not in ([], False, None)}


def read_page(page: Page) -> Json:
    """Return a page with what its labeler has begun and what is suggested."""
    return {
        "token": page.token,
        "labeler": page.labeler,
        "queue": str(page.queue),
        "seconds": page.seconds,
        "tasks": [
            {"item": task.item, "name": task.name, "uri": task.uri, "stamp": task.stamp, "begun": task.begun}
            | {"answer": read_answer(task.answer), "suggestion": task.suggestion and _suggestion(task.suggestion)}
            for task in page.tasks
        ],
    }


def read_run(run: Run) -> Json:
    """Return a run of assist."""
    return {
        "id": run.id,
        "kind": str(run.kind),
        "state": str(run.state),
        "reason": run.reason,
        "started_at": _time(run.started_at),
        "ended_at": run.ended_at and _time(run.ended_at),
        "device": run.device,
        "model_hash": run.model_hash,
        "metrics": dict(run.metrics),
        "progress": [run.done, run.total],
        "adopted": run.adopted,
        "why_not": run.why_not,
        "last_words": run.last_words,
    }


def _suggestion(made: Suggestion) -> Json:
    confidences = {"confidence": made.confidence, "confidences": [one.confidence for one in made.scores]}
    return {"run": made.run, "answer": read_answer(made.answer), "blind": made.blind, **confidences}


def _assist_settings(settings: AssistSettings) -> Json:
    threshold = settings.threshold
    return {
        "backbone": settings.backbone,
        "device": settings.device,
        "target": settings.target_precision,
        "threshold": {str(key): one for key, one in threshold.items()} if isinstance(threshold, Mapping) else threshold,
        "every": settings.retrain_every,
        "fine_tune": settings.fine_tune,
        "prelabel": settings.prelabel,
        "cluster": settings.cluster,
        "choice": str(settings.queue_order),
        "random_share": settings.random_share,
        "blind_share": settings.blind_share,
        "paused": settings.paused,
    }


def _drafts(store: Store, session: int) -> Json:
    """Return all drafts of a session's labeler, also those on items that are on no page."""
    items = [record.item for project in store.projects() for record in read_records(store, project.id)]
    return {str(item): read_answer(answer) for item, answer in sorted(store.drafts(session, items).items())}


def _time(at: datetime) -> float:
    return at.timestamp()
