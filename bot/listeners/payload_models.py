"""What Slack sends, as far as Tend reads it: one model for each kind of payload.

They check and nothing else: keys that no model names are of no interest here. A key without a default has to be there.
"""

from typing import Annotated, Any

from pydantic import BaseModel, Field, StrictBool, StrictStr

Text = StrictStr | None
AnyObject = dict[str, Any] | None


class _Object(BaseModel):
    id: Text = None


class _UserObject(_Object):
    team_id: Text = None


class _TeamObject(_Object):
    enterprise_id: Text = None


class _Actor(BaseModel):
    """Where Bolt looks for who it is, one inside the other."""

    type: Text = None
    user: StrictStr | _UserObject | None = None
    team: StrictStr | _TeamObject | None = None
    enterprise: StrictStr | _Object | None = None
    channel: StrictStr | _Object | None = None
    user_id: Text = None
    team_id: Text = None
    context_team_id: Text = None
    enterprise_id: Text = None
    channel_id: Text = None
    thread_ts: Text = None
    user_team: Text = None
    bot_id: Text = None
    authorizations: "list[_Actor] | None" = None
    message: "_Actor | None" = None
    previous_message: "_Actor | None" = None
    item: "_Actor | None" = None
    assistant_thread: "_Actor | None" = None


class _Option(BaseModel):
    value: Text = None


class _ChosenOption(_Option):
    value: StrictStr


class _Field(BaseModel):
    """The state of one form element."""

    type: Text = None
    value: Text = None
    selected_date: Text = None
    selected_user: Text = None
    selected_conversation: Text = None
    selected_option: _Option | None = None
    selected_options: list[_ChosenOption] | None = None
    selected_users: list[StrictStr] | None = None


class _Element(BaseModel):
    type: Text = None
    initial_value: Text = None
    initial_date: Text = None
    initial_user: Text = None
    initial_conversation: Text = None
    initial_option: _Option | None = None
    initial_options: list[_ChosenOption] | None = None
    initial_users: list[StrictStr] | None = None


class _Block(BaseModel):
    type: Text = None
    block_id: Text = None
    element: _Element | None = None


class _State(BaseModel):
    values: dict[str, dict[str, _Field]] | None = None


class _View(BaseModel):
    id: StrictStr
    hash: Text = None
    type: Text = None
    callback_id: Text = None
    private_metadata: Text = None
    app_installed_team_id: Text = None
    team_id: Text = None
    blocks: list[_Block] | None = None
    state: _State | None = None


class _SubmittedView(_View):
    type: StrictStr
    callback_id: StrictStr


class _ResponseUrl(BaseModel):
    response_url: Text = None


class _FunctionData(BaseModel):
    execution_id: Text = None
    inputs: AnyObject = None


class _Request(_Actor):
    """What commands and interactions have in common."""

    response_url: Text = None
    trigger_id: Text = None
    response_urls: list[_ResponseUrl] | None = None
    function_data: _FunctionData | None = None
    view: _View | None = None


class Command(_Request):
    command: StrictStr
    user_id: StrictStr
    text: Text = None


class _Typist(_UserObject):
    id: StrictStr


class _Interaction(_Request):
    user: _Typist
    state: _State | None = None


class _Action(_Field):
    action_id: StrictStr
    block_id: Text = None


class _Container(BaseModel):
    message_ts: Text = None
    view_id: Text = None
    is_ephemeral: StrictBool | None = None


class _BlockActions(_Interaction):
    actions: Annotated[list[_Action], Field(min_length=1)]
    container: _Container | None = None


class _Form(_Interaction):
    view: _SubmittedView


class _Suggestion(_Interaction):
    action_id: StrictStr
    block_id: Text = None
    value: Text = None


class _Message(_Actor):
    text: Text = None


class _MessageAction(_Interaction):
    callback_id: StrictStr
    message: _Message | None = None


class _Shortcut(_Interaction):
    callback_id: StrictStr


class _Event(_Actor):
    type: StrictStr
    tab: Text = None
    channel_type: Text = None
    text: Text = None
    subtype: Text = None
    function_execution_id: Text = None
    bot_access_token: Text = None
    view: AnyObject = None
    inputs: AnyObject = None


# Of the events that Tend listens to, the ids are texts; other events have objects there.


class _HomeOpened(_Event):
    user: StrictStr
    channel: Text = None


class _MessageEvent(_Event):
    user: Text = None
    channel: Text = None
    ts: Text = None


class _Mention(_Event):
    user: StrictStr
    channel: StrictStr
    ts: Text = None


class _Profile(BaseModel):
    display_name: Text = None
    real_name: Text = None


class _EnterpriseUser(BaseModel):
    teams: list[StrictStr] | None = None


class _User(_UserObject):
    id: StrictStr
    team_id: Text = None
    name: Text = None
    real_name: Text = None
    tz: Text = None
    profile: _Profile | None = None
    enterprise_user: _EnterpriseUser | None = None


class _AccessChange(_Event):
    team_ids: list[StrictStr] | None = None


class _UserChange(_Event):
    user: _User


class _Function(BaseModel):
    callback_id: StrictStr


class _FunctionExecuted(_Event):
    function: _Function
    function_execution_id: StrictStr


class _EventCallback(_Actor):
    event: _Event
    event_id: Text = None
    is_ext_shared_channel: StrictBool | None = None


class _UrlVerification(BaseModel):
    challenge: StrictStr


PAYLOAD_MODELS: dict[str, type[BaseModel]] = {
    "block_actions": _BlockActions,
    "view_submission": _Form,
    "view_closed": _Form,
    "block_suggestion": _Suggestion,
    "message_action": _MessageAction,
    "shortcut": _Shortcut,
    "event_callback": _EventCallback,
    "url_verification": _UrlVerification,
}
EVENT_MODELS: dict[str, type[BaseModel]] = {
    "app_home_opened": _HomeOpened,
    "message": _MessageEvent,
    "app_mention": _Mention,
    "user_change": _UserChange,
    "function_executed": _FunctionExecuted,
    "team_access_granted": _AccessChange,
    "team_access_revoked": _AccessChange,
}
