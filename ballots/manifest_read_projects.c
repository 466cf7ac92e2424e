#include "ballots/manifest_read.h"

static enum status read_project(const struct node *node, struct arena *arena,
                                struct project *project, struct fault *fault)
{
  enum status status = node_object(node, "category? cost id title", fault);
  if (status != STATUS_OK)
    return status;
  const struct node category = node_member(node, "category");
  const struct node cost = node_member(node, "cost");
  const struct node id = node_member(node, "id");
  const struct node title = node_member(node, "title");
  project->category = SPAN("");
  if (node_stands(&category))
    status = node_text(&category, arena, &project->category, fault);
  if (status == STATUS_OK)
    status = node_integer(&cost, 0, MONEY_MAX, &project->cost, fault);
  if (status == STATUS_OK)
    status = node_id(&id, arena, &project->id, fault);
  if (status == STATUS_OK)
    status = node_languages(&title, arena, &project->title, fault);
  return status;
}

enum status manifest_read_list(const struct node *node, struct arena *arena,
                               struct election *election, struct fault *fault)
{
  size_t count;
  enum status status = node_array(node, 1, ELECTION_PROJECTS_MAX, "projects", &count, fault);
  if (status != STATUS_OK)
    return status;
  struct project *projects = ARENA_TAKE(arena, struct project, count);
  if (projects == NULL)
    return fault_no_memory(fault);
  for (size_t i = 0; i < count; i++) {
    const struct node element = node_element(node, i);
    status = read_project(&element, arena, &projects[i], fault);
    if (status != STATUS_OK)
      return status;
  }
  election->project_count = count;
  election->projects = projects;
  return STATUS_OK;
}

/* As an attachment, but with the number of projects beside. */
static enum status read_attached(const struct node *node, struct manifest *manifest,
                                 struct fault *fault)
{
  enum status status = node_object(node, "count digest length", fault);
  if (status != STATUS_OK)
    return status;
  const struct node count = node_member(node, "count");
  const struct node digest = node_member(node, "digest");
  const struct node length = node_member(node, "length");
  int64_t projects;
  int64_t bytes;
  if ((status = node_integer(&count, 1, ELECTION_PROJECTS_MAX, &projects, fault)) != STATUS_OK ||
      (status = node_digest(&digest, &manifest->projects.digest, fault)) != STATUS_OK ||
      (status = node_integer(&length, 1, (int64_t)ATTACHMENT_MAX, &bytes, fault)) != STATUS_OK)
    return status;
  manifest->projects_attached = true;
  manifest->projects.length = (uint64_t)bytes;
  manifest->election.project_count = (size_t)projects;
  return STATUS_OK;
}

enum status manifest_read_projects(const struct node *node, struct arena *arena,
                                   struct manifest *manifest, struct fault *fault)
{
  if (json_is_array(node->value))
    return manifest_read_list(node, arena, &manifest->election, fault);
  if (json_is_object(node->value))
    return read_attached(node, manifest, fault);
  return node_refuse(node, "is neither", "a list of projects, or an attachment with their count",
                     fault);
}
